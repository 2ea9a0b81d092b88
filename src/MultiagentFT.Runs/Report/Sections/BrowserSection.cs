using System.Globalization;
using System.Xml.Linq;
using MultiagentFT.Runs.Report.Browser;

namespace MultiagentFT.Runs.Report.Sections;

/// <summary>Every debate of the run, to search and to filter: what <c>debates.js</c> works with.</summary>
internal static class BrowserSection
{
    private const string All = "all";

    /// <param name="debates">All of the run.</param>
    /// <param name="archive">Those that are in the report.</param>
    /// <param name="mostBytes">The limit that the report keeps to.</param>
    public static XElement? Render(DebateTable debates, DebateArchive archive, int mostBytes) => debates.Problems.Count == 0
        ? null
        : Html.Element(
            "section",
            "browser",
            new XAttribute("aria-labelledby", "debates-title"),
            Html.Element("h2", null, new XAttribute("id", "debates-title"), "All debates"),
            Html.Element(
                "p", "soft", Extent(debates, archive, mostBytes), " Not usable are answers and summaries that the engine could not give, and texts in which no answer was found."),
            // Also for programs that know no such scripts: this one hides it.
            Html.Paragraph(
                new XAttribute("id", "debates-off"),
                "To search and filter all debates this page needs scripts, which are off here or not those of a newer browser. The tables, plots and examples do without."),
            Html.Element(
                "div",
                null,
                new XAttribute("id", "debates"),
                new XAttribute("hidden", "hidden"),
                Form(debates),
                Html.Element("p", "soft", new XAttribute("id", "debates-status"), new XAttribute("role", "status")),
                Html.Element("ol", null, new XAttribute("id", "debates-list")),
                Html.Element("div", "row", Button("debates-back", "Previous"), Button("debates-on", "Next"))),
            Data("debates-index", archive.Index),
            archive.Chunks.Index().Select(chunk => Data($"debates-{chunk.Index}", chunk.Item)));

    private static string Extent(DebateTable debates, DebateArchive archive, int mostBytes) => archive.Problems == debates.Problems.Count
        ? $"{Html.Count(debates.Debates)} debates and answers to {Html.Count(debates.Problems.Count)} evaluation problems."
        : $"{Html.Count(archive.Debates)} of {Html.Count(debates.Debates)} debates and answers: those to {Html.Count(archive.Problems)} of "
            + $"{Html.Count(debates.Problems.Count)} evaluation problems, drawn at random, as this file is kept below {Megabytes(mostBytes)}. All are in the run's folder, transcripts.";

    private static string Megabytes(int bytes) => (bytes / 1e6).ToString("0.##", CultureInfo.InvariantCulture) + " MB";

    private static XElement Form(DebateTable debates) => Html.Element(
        "form",
        null,
        new XAttribute("id", "debates-form"),
        new XAttribute("role", "search"),
        new XAttribute("aria-label", "Debates"),
        Field("search", "Question, answers or texts contain", Html.Element(
            "input", null, new XAttribute("type", "search"), new XAttribute("maxlength", "200"), new XAttribute("autocomplete", "off"))),
        Field("method", "Method", Choice(
            debates.First?.Method.Key,
            [(All, "All"), .. debates.Evaluations.DistinctBy(column => column.Evaluation.Method.Key).Select(column => (column.Evaluation.Method.Key, column.Evaluation.Method.Title))])),
        Field("iteration", "Iteration", Choice(
            debates.First is { } first ? Text(first.Iteration) : null,
            [(All, "All"), .. debates.Evaluations.Select(column => column.Evaluation.Iteration).Distinct().Order().Select(iteration => (Text(iteration), iteration == 0 ? "0: before finetuning" : Text(iteration)))])),
        Field("outcome", "Vote", Choice(All, [
            (All, "All"), ("right", "Right"), ("wrong", "Wrong"), ("changed", "Changed between rounds"), ("wrong-right", "Wrong → right"), ("right-wrong", "Right → wrong"),
            ("unknown", "Not known whether right"),
        ])),
        Field("agreement", "Last answers", Choice(All, [(All, "All"), ("unanimous", "Unanimous"), ("split", "Split")])),
        Field("answers", "Usable", Choice(All, [(All, "All"), ("complete", "All answers usable"), ("missing", "Some not usable")])));

    private static XElement Field(string name, string label, XElement control)
    {
        control.Add(new XAttribute("id", "debates-" + name), new XAttribute("name", name));
        return Html.Element("div", name, Html.Element("label", null, new XAttribute("for", "debates-" + name), label), control);
    }

    private static XElement Choice(string? selected, IEnumerable<(string Value, string Title)> options) => Html.Element(
        "select",
        null,
        options.Select(option => Html.Element(
            "option", null, new XAttribute("value", option.Value), option.Value == selected ? new XAttribute("selected", "selected") : null, option.Title)));

    private static XElement Button(string id, string text) =>
        Html.Element("button", null, new XAttribute("type", "button"), new XAttribute("id", id), text);

    /// <summary>A block that browsers keep and do not run.</summary>
    private static XElement Data(string id, string content) => Html.Element(
        "script", null, new XAttribute("type", "application/octet-stream+base64"), new XAttribute("id", id), new RawText(content));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
