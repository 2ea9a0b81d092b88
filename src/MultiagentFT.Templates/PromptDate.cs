using System.Globalization;
using System.Text;

namespace MultiagentFT.Templates;

/// <summary>Python's <c>strftime</c> in the C locale.</summary>
internal static class PromptDate
{
    /// <exception cref="TemplateException">The format has a directive that is not known here.</exception>
    public static string Format(DateTime date, string format)
    {
        var text = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length) text.Append(format[i]);
            else text.Append(Directive(date, format, ref i));
        }
        return text.ToString();
    }

    private static string Directive(DateTime date, string format, ref int i)
    {
        // %-d is %d without its zero.
        var isPlain = format[i + 1] == '-' && i + 2 < format.Length;
        i += isPlain ? 2 : 1;
        var value = format[i] switch
        {
            'd' => In("dd"),
            'm' => In("MM"),
            'y' => In("yy"),
            'Y' => In("yyyy"),
            'H' => In("HH"),
            'I' => In("hh"),
            'M' => In("mm"),
            'S' => In("ss"),
            'p' => date.Hour < 12 ? "AM" : "PM",
            'a' => In("ddd"),
            'A' => In("dddd"),
            'b' or 'h' => In("MMM"),
            'B' => In("MMMM"),
            'j' => date.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
            'F' => In("yyyy-MM-dd"),
            'T' => In("HH:mm:ss"),
            'D' => In("MM'/'dd'/'yy"),
            '%' => "%",
            var other => throw new TemplateException($"strftime_now: expected a known directive, found %{other}"),
        };
        return isPlain && value.Length > 1 ? value.TrimStart('0') is { Length: > 0 } plain ? plain : "0" : value;

        string In(string form) => date.ToString(form, CultureInfo.InvariantCulture);
    }
}
