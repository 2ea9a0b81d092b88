using System.Globalization;
using System.Text;

namespace MultiagentFT.Foundation;

/// <summary>Text from outside as a terminal may show it: what would move the cursor, change colours or hide text is shown as an escape.</summary>
public static class Printable
{
    /// <summary>One line: line feeds and tabs are escaped too.</summary>
    public static string Line(string text) => Escape(text, keepsLines: false);

    /// <summary>Line feeds and tabs stay.</summary>
    public static string Lines(string text) => Escape(text, keepsLines: true);

    private static string Escape(string text, bool keepsLines)
    {
        if (!NeedsEscape(text, keepsLines)) return text;
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsHidden(rune, keepsLines)) escaped.Append(rune.ToString());
            else escaped.Append(rune.Value switch
            {
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                // As JSON has it, so that JSON which is shown stays JSON.
                _ => string.Concat(rune.ToString().Select(unit => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}"))),
            });
        }
        return escaped.ToString();
    }

    /// <summary>Whether anything is hidden, lone surrogates included, which become U+FFFD.</summary>
    private static bool NeedsEscape(string text, bool keepsLines)
    {
        foreach (var letter in text)
        {
            if (letter is >= ' ' and < '\u007f') continue;
            if (char.IsSurrogate(letter) || IsHidden(new Rune(letter), keepsLines)) return true;
        }
        return false;
    }

    private static bool IsHidden(Rune rune, bool keepsLines) => rune.Value switch
    {
        '\n' or '\t' => !keepsLines,
        _ => Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator,
    };
}
