using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace MiniLambda.Domain.Tenants;

/// <summary>How much of a cluster one tenant may use; 0 = no limit.</summary>
public sealed record TenantPolicy
{
    [Description("share beside other tenants, when more wait than can run")]
    [Range(0.01, 1000)]
    public double Weight { get; set; } = 1;

    [Description("jobs that may run at once")]
    [Range(0, int.MaxValue)]
    public int Running { get; set; }

    [Description("jobs that may be queued")]
    [Range(0, int.MaxValue)]
    public int Queued { get; set; }

    [Description("size of all its inputs and results that are kept")]
    [Range(0, long.MaxValue)]
    public long StoredBytes { get; set; }

    [Description("jobs that may be submitted in a second")]
    [Range(0, 1e6)]
    public double SubmissionsPerSecond { get; set; }

    public static TenantPolicy Unlimited { get; } = new();
}
