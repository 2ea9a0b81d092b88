using System.Xml.Linq;
using MultiagentFT.Runs.Report.Sections;

namespace MultiagentFT.Runs.Report;

/// <summary>One HTML file without scripts or requests: works offline, light and dark, on a phone.</summary>
public static class HtmlReport
{
    public static string Render(ReportData data) => Page(
        $"MultiagentFT: {data.Summary.Task}, {data.Summary.Model.Name}",
        HeadlineSection.Render(data),
        MethodSection.Render(data),
        AccuracySection.Render(data),
        AgreementSection.Render(data),
        LabelSection.Render(data),
        TrainingSection.Render(data),
        DebateSection.Render(data),
        ReproductionSection.Render(data));

    /// <summary>A whole document.</summary>
    internal static string Page(string title, params object?[] sections)
    {
        var body = Html.Element("body", null, Html.Element("main", null, sections));
        var head = Html.Element(
            "head",
            null,
            new XElement("meta", new XAttribute("charset", "utf-8")),
            new XElement("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width, initial-scale=1")),
            new XElement("meta", new XAttribute("name", "color-scheme"), new XAttribute("content", "light dark")),
            Html.Element("title", null, title),
            Html.Element("style", null, Stylesheet()));
        var document = Html.Element("html", null, new XAttribute("lang", "en"), head, body);
        return "<!DOCTYPE html>\n" + document.ToString(SaveOptions.DisableFormatting) + "\n";
    }

    private static string Stylesheet()
    {
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream("MultiagentFT.Runs.Report.report.css")!;
        return new StreamReader(stream).ReadToEnd();
    }
}
