namespace MiniLambda.Workbench.Rendering;

/// <summary>Whether rows say whose they are: once things of more than one tenant were shown, and from then on.</summary>
public sealed class TenantColumn
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    public bool IsShown(IEnumerable<string> tenants)
    {
        _seen.UnionWith(tenants.Where(static tenant => tenant.Length > 0));
        return _seen.Count > 1;
    }
}
