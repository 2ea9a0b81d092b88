using System.Xml.Linq;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Runs.Configuration;

namespace MultiagentFT.Runs.Report.Sections;

/// <summary>What to run to get this again, and where it was measured.</summary>
internal static class ReproductionSection
{
    /// <summary>With file names alone: nobody else has these folders.</summary>
    private static RunConfig Portable(RunConfig config) => config with
    {
        Model = Path.GetFileName(config.Model),
        Task = TaskCatalog.IsGenerated(config.Task) ? config.Task : Path.GetFileName(config.Task),
        EvaluationTask = Path.GetFileName(config.EvaluationTask),
    };

    public static XElement Render(ReportData data)
    {
        var (summary, machine) = (data.Summary, data.Summary.Machine);
        return Html.Element(
            "section",
            null,
            Html.Element("h2", null, "Reproduce"),
            Html.Paragraph(
                "Save the configuration below as config.json, beside "
                + $"{string.Join(" and ", data.Inputs.Select(file => $"{Path.GetFileName(file.Path)} (SHA-256 {file.Sha256})"))}, then:"),
            Html.Element("pre", null, "mft run --config config.json --output again\nmft debate \"What is 21+7*18+12-8*28?\" --society again"),
            Html.Paragraph(
                $"MultiagentFT {summary.Version}, commit {summary.Commit}. {machine.Processor}, {machine.Cores} cores, "
                + $"{machine.MemoryBytes / (1024.0 * 1024 * 1024):0.0} GiB, {machine.System}, {machine.Runtime}."),
            Html.Element(
                "details",
                null,
                Html.Element("summary", null, "Configuration"),
                Html.Element("pre", null, RunConfigFile.ToJson(Portable(data.Config)))));
    }
}
