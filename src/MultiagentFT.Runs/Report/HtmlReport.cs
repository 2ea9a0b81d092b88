using System.Text;
using System.Xml.Linq;
using MultiagentFT.Runs.Report.Browser;
using MultiagentFT.Runs.Report.Sections;

namespace MultiagentFT.Runs.Report;

/// <summary>One HTML file without requests: works offline, light and dark, on a phone. Only its browser of debates needs a script.</summary>
public static class HtmlReport
{
    /// <summary>No report is larger; of debates that would make it so, a sample is in it.</summary>
    public const int MostBytes = 15_000_000;

    /// <summary>A run's report.</summary>
    /// <param name="data">What it shows.</param>
    /// <param name="mostBytes">
    /// The limit of its size. The sections before the browser of debates are whole whatever it is; the browser has as many debates as fit beside them.
    /// </param>
    public static string Render(ReportData data, int mostBytes = MostBytes)
    {
        var debates = DebateTable.Of(data);
        var without = Document(DebateArchive.Empty(debates));
        return Document(DebateArchive.Of(debates, data, mostBytes - Encoding.UTF8.GetByteCount(without)));

        string Document(DebateArchive archive) => Page(
            $"MultiagentFT: {data.Summary.Task}, {data.Summary.Model.Name}",
            ReportAsset.Script,
            HeadlineSection.Render(data),
            MethodSection.Render(data),
            AccuracySection.Render(data),
            DifficultySection.Render(data),
            DifferenceSection.Render(data),
            AgreementSection.Render(data),
            DiversitySection.Render(data),
            LabelSection.Render(data),
            TrainingSection.Render(data),
            DebateSection.Render(data),
            BrowserSection.Render(debates, archive, mostBytes),
            ReproductionSection.Render(data));
    }

    /// <summary>A whole document.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="script">Runs once the document is there; null for none.</param>
    /// <param name="sections">Its content.</param>
    internal static string Page(string title, string? script, params object?[] sections)
    {
        var body = Html.Element(
            "body",
            null,
            Html.Element("main", null, sections),
            script is null ? null : Html.Element("script", null, new XAttribute("type", "module"), new RawText(script)));
        var head = Html.Element(
            "head",
            null,
            new XElement("meta", new XAttribute("charset", "utf-8")),
            new XElement("meta", new XAttribute("http-equiv", "Content-Security-Policy"), new XAttribute("content", Policy(script))),
            new XElement("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width, initial-scale=1")),
            new XElement("meta", new XAttribute("name", "color-scheme"), new XAttribute("content", "light dark")),
            Html.Element("title", null, title),
            Html.Element("style", null, new RawText(ReportAsset.Style)));
        var document = Html.Element("html", null, new XAttribute("lang", "en"), head, body);
        return "<!DOCTYPE html>\n" + document.ToString(SaveOptions.DisableFormatting) + "\n";
    }

    /// <summary>No request at all, no script but this one, no text that becomes markup; widths and colours stand in elements.</summary>
    private static string Policy(string? script) =>
        $"default-src 'none'; script-src {(script is null ? "'none'" : ReportAsset.Source(script))}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
        + "require-trusted-types-for 'script'; trusted-types 'none'";
}
