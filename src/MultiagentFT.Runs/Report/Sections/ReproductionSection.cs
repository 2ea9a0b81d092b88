using System.Xml.Linq;
using MultiagentFT.Runs.Configuration;

namespace MultiagentFT.Runs.Report.Sections;

/// <summary>What to run to get this again, and where it was measured.</summary>
internal static class ReproductionSection
{
    public static XElement Render(ReportData data)
    {
        var (summary, machine) = (data.Summary, data.Summary.Machine);
        return Html.Element(
            "section",
            null,
            Html.Element("h2", null, "Reproduce"),
            Html.Paragraph("Save the configuration below (it is this folder's config.json), then:"),
            Html.Element("pre", null, "mft run --config config.json --output again\nmft debate \"What is 4+23*6+24-24*12?\" --society ."),
            Html.Paragraph(
                $"MultiagentFT {summary.Version}, commit {summary.Commit}. {machine.Processor}, {machine.Cores} cores, "
                + $"{machine.MemoryBytes / (1024.0 * 1024 * 1024):0.0} GiB, {machine.System}, {machine.Runtime}."),
            Html.Element(
                "details",
                null,
                Html.Element("summary", null, "Configuration"),
                Html.Element("pre", null, RunConfigFile.ToJson(data.Config))));
    }
}
