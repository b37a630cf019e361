using System.Globalization;
using System.Text;
using MiniLambda.Workbench.Screens.Theming;

namespace MiniLambda.Workbench.Screens.Json;

/// <summary>Bytes in rows, as <c>hexdump -C</c> writes them.</summary>
/// <param name="perRow">Bytes of a row; a multiple of 8.</param>
internal sealed class HexLines(ReadOnlyMemory<byte> bytes, int perRow) : IPayloadLines
{
    private const int GroupSize = 8;

    public int Count => (bytes.Length + perRow - 1) / perRow;

    /// <summary>Columns of a row with the offset before it.</summary>
    public static int WidthOf(int perRow) => 10 + perRow * 3 + perRow / GroupSize + 2 + perRow;

    public string this[int line]
    {
        get
        {
            var row = bytes.Span[(line * perRow)..Math.Min(bytes.Length, (line + 1) * perRow)];
            var (hex, signs) = (new StringBuilder(), new StringBuilder("|"));
            for (var i = 0; i < perRow; i++)
            {
                if (i > 0 && i % GroupSize == 0)
                    hex.Append(' ');
                hex.Append(i < row.Length ? row[i].ToString("x2", CultureInfo.InvariantCulture) : "  ").Append(' ');
                if (i < row.Length)
                    signs.Append(row[i] is >= 0x20 and < 0x7f ? (char)row[i] : '.');
            }

            return $"{hex} {signs}|";
        }
    }

    public string PrefixOf(int line) => ((long)line * perRow).ToString("x8", CultureInfo.InvariantCulture) + "  ";

    public void Colour(int line, string text, Span<ThemeRole> roles)
    {
        var signs = text.IndexOf('|', StringComparison.Ordinal);
        roles[signs..].Fill(ThemeRole.Text);
        // Zeros are most of what many files hold, and the least of interest.
        for (var i = 0; i + 1 < signs; i++)
        {
            if (text[i] == '0' && text[i + 1] == '0' && (i == 0 || text[i - 1] == ' '))
                roles.Slice(i, 2).Fill(ThemeRole.Muted);
        }
    }
}
