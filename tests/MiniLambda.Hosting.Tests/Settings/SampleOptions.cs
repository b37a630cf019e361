using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace MiniLambda.Hosting.Tests.Settings;

internal enum Wall
{
    Process,
    Thread,
}

/// <summary>One setting of every type.</summary>
internal sealed class SampleOptions : IValidatableObject
{
    [Description("URL of the orchestrator")]
    [Required]
    public Uri? Server { get; set; } = new("http://127.0.0.1:7070");

    [Description("name of this node")]
    [RegularExpression("[a-z]+", ErrorMessage = "must be lower-case letters")]
    public string? Name { get; set; }

    [Description("functions run at once")]
    [Range(1, 64)]
    public int Slots { get; set; } = 2;

    [Description("room for artifacts")]
    [Range(1024, 1L << 40)]
    public long ArtifactCacheBytes { get; set; } = 1L << 30;

    [Description("how long it may take")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(10);

    [Description("share of the memory")]
    public double Share { get; set; } = 0.5;

    [Description("take no jobs")]
    public bool Drained { get; set; }

    [Description("wall around functions")]
    public Wall Isolation { get; set; } = Wall.Process;

    [Description("label of this node")]
    public Dictionary<string, string> Labels { get; } = [];

    [Description("parts of the day")]
    public List<string> Hours { get; set; } = [];

    [Category("trust")]
    [Description("who is trusted")]
    public Dictionary<string, string> TrustSigners { get; set; } = [];

    [Category("trust")]
    [Description("what must be signed")]
    public List<string> TrustRequireSignature { get; set; } = [];

    public string Secret { get; set; } = "";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Grace > TimeSpan.FromMinutes(1))
            yield return new ValidationResult("must be at most 1m", [nameof(Grace)]);
    }
}
