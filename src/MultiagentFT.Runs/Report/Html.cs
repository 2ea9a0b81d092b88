using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using MultiagentFT.Debate.Protocol;

namespace MultiagentFT.Runs.Report;

/// <summary>Builds elements. Text goes in as text, so it cannot become markup, whatever a model wrote.</summary>
internal static class Html
{
    /// <param name="name">Tag.</param>
    /// <param name="cssClass">Value of <c>class</c>; null for none.</param>
    /// <param name="content">Strings, elements, attributes, or sequences of them.</param>
    public static XElement Element(string name, string? cssClass, params object?[] content)
    {
        var element = new XElement(name, content.Select(Clean));
        if (cssClass is not null) element.SetAttributeValue("class", cssClass);

        // "<p />" would be an opening tag to a browser.
        if (element.IsEmpty && name is not ("meta" or "br")) element.Value = "";
        return element;
    }

    public static XElement Paragraph(params object?[] content) => Element("p", null, content);

    /// <summary>A table that scrolls by itself on narrow screens; columns after the first are numbers.</summary>
    public static XElement Table(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<object>> rows) => Element(
        "div",
        "scroll",
        // Keys move it too.
        new XAttribute("role", "group"),
        new XAttribute("aria-label", "Table: " + head[0]),
        new XAttribute("tabindex", "0"),
        Element(
            "table",
            null,
            Element("thead", null, Element("tr", null, head.Select(cell => Element("th", null, cell)))),
            Element("tbody", null, rows.Select(row => Element("tr", null, row.Select(cell => Element("td", null, cell)))))));

    public static string Percent(double share) => (share * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    /// <summary>A share with its interval, such as <c>61.2 % (56.9 to 65.4)</c>.</summary>
    public static string Percent(double share, Interval interval) => string.Create(
        CultureInfo.InvariantCulture, $"{share * 100:0.0} % ({interval.Low * 100:0.0} to {interval.High * 100:0.0})");

    /// <summary>The same, or that it is not known.</summary>
    public static string Percent(double? share, Interval? interval) => share is { } known && interval is { } of ? Percent(known, of) : "not known";

    public static string Count(long number) => number.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', '\u202f');

    /// <summary>Such as <c>1 problem</c> or <c>2 problems</c>.</summary>
    public static string Count(long number, string noun) => $"{Count(number)} {noun}{(number == 1 ? "" : "s")}";

    private static object? Clean(object? content) => content switch
    {
        string text => Clean(text),
        IEnumerable<object> many and not XObject => many.Select(Clean),
        _ => content,
    };

    /// <summary>A model may write characters that no XML or HTML may hold.</summary>
    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            // Lone surrogates come out of the enumeration as U+FFFD already.
            if (rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value)) clean.Append('\uFFFD');
            else clean.Append(rune.ToString());
        }
        return clean.ToString();
    }
}
