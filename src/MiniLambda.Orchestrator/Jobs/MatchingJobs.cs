using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Paging;

namespace MiniLambda.Orchestrator.Jobs;

/// <summary>Does something to every job that matches, page by page: others come in between, and what fails stops the rest where it is.</summary>
internal sealed class MatchingJobs(IJobStore store)
{
    private const int PageSize = 500;

    /// <param name="change">True when the job was changed.</param>
    /// <returns>How many jobs were changed.</returns>
    public async Task<long> ForEachAsync(JobQuery query, Func<JobId, Task<bool>> change, CancellationToken cancellationToken)
    {
        var changed = 0L;
        var page = new Page<JobRecord>([], "");
        do
        {
            page = await store.ListAsync(query, new PageRequest(PageSize, page.NextToken), cancellationToken);
            // The changes of one page share their commits.
            changed += (await Task.WhenAll(page.Items.Select(job => change(job.Id)))).Count(static done => done);
        }
        while (page.NextToken.Length > 0);
        return changed;
    }
}
