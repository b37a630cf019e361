using System.Text;

namespace MiniLambda.Orchestrator.Metrics;

/// <summary>Values of attributes: words in small letters.</summary>
internal static class AttributeText
{
    /// <summary><c>MemoryLimit</c> as <c>memory_limit</c>.</summary>
    public static string Of(string name)
    {
        var text = new StringBuilder();
        foreach (var letter in name)
        {
            if (char.IsUpper(letter) && text.Length > 0)
                text.Append('_');
            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }
}
