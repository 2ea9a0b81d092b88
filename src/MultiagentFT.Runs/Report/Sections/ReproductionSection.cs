using System.Xml.Linq;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Runs.Report.Sections;

/// <summary>What to run to get this again, and where it was measured.</summary>
internal static class ReproductionSection
{
    /// <summary>With file names alone: nobody else has these folders.</summary>
    private static RunConfig Portable(RunConfig config) => config with
    {
        Model = ModelPath.Map(config.Model, Path.GetFileName),
        Task = TaskCatalog.IsGenerated(config.Task) ? config.Task : Path.GetFileName(config.Task),
        EvaluationTask = Path.GetFileName(config.EvaluationTask),
        Feedback = Path.GetFileName(config.Feedback),
        EmbeddingModel = Path.GetFileName(config.EmbeddingModel),
    };

    public static XElement Render(ReportData data)
    {
        var (summary, machine) = (data.Summary, data.Summary.Machine);
        string[] files = [.. data.Inputs.Where(file => !RemoteModel.IsRemote(file.Path)).Select(file => $"{Path.GetFileName(file.Path)} (SHA-256 {file.Sha256})")];
        return Html.Element(
            "section",
            null,
            Html.Element("h2", null, "Reproduce"),
            Html.Paragraph(
                "Save the configuration below as config.json" + (files.Length == 0 ? "" : ", beside " + string.Join(" and ", files)) + ", then:"),
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
