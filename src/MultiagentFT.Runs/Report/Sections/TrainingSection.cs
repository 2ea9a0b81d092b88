using System.Xml.Linq;

namespace MultiagentFT.Runs.Report.Sections;

/// <summary>What each agent learned from, and how its loss fell.</summary>
internal static class TrainingSection
{
    public static XElement? Render(ReportData data) => data.Trainings.Count == 0
        ? null
        : Html.Element(
            "section",
            null,
            Html.Element("h2", null, "Finetuning"),
            Html.Table(
                ["Agent", "Method", "Iteration", "Examples", "Too long", "Steps", "Tokens", "Loss at first", "Loss at last", "Seconds"],
                data.Trainings.Select(Row)),
            Html.Element("p", "soft", "Loss in nats a token. An agent with too few examples keeps its weights, and has no steps."),
            Unrest(data.Trainings));

    private static XElement? Unrest(IReadOnlyList<TrainedAgent> trainings)
    {
        var unstable = trainings.Where(agent => agent.Report?.Describe() is not null)
            .Select(agent => Html.Element("li", null, $"{agent.Agent}, {agent.Method}, iteration {agent.Iteration}: {agent.Report!.Describe()}")).ToArray();
        return unstable.Length == 0 ? null : Html.Element("ul", null, unstable);
    }

    private static string[] Row(TrainedAgent agent) => agent.Report is not { } report
        ? [agent.Agent, agent.Method, $"{agent.Iteration}", Html.Count(agent.Examples), "–", "–", "–", "–", "–", "–"]
        :
        [
            agent.Agent,
            agent.Method,
            $"{agent.Iteration}",
            Html.Count(agent.Examples),
            Html.Count(report.Skipped),
            report.Steps == 0 ? "–" : Html.Count(report.Steps),
            Html.Count(report.Tokens),
            Loss(report.FirstLoss),
            Loss(report.LastLoss),
            $"{report.Seconds:0.0}",
        ];

    private static string Loss(double? loss) => loss is { } known ? $"{known:0.000}" : "–";
}
