namespace MiniLambda.Domain.Scheduling;

/// <summary>
/// The jobs of one tenant that the same workers can take. Each lane is a queue of its own: jobs that wait for one machine neither hide nor slow down
/// those that any could take, and no tenant's flood stands before another's job.
/// </summary>
/// <param name="Placement">What its jobs ask of a worker: <see cref="Scheduling.Placement.Key"/>.</param>
public readonly record struct Lane(string Tenant, string Placement)
{
    /// <summary>Who jobs belong to that no tenant's token sent.</summary>
    public const string DefaultTenant = "default";
}
