using System.Collections.Concurrent;
using System.Globalization;
using MultiagentFT.Debate.Datasets;
using MultiagentFT.Runs.Events;
using MultiagentFT.Runs.Results;
using MultiagentFT.Runs.Stages;

namespace MultiagentFT.Cli.Rendering;

/// <summary>Shows a run: its stages, the trainings within them, and each row of the result as it is known.</summary>
internal sealed class RunProgress(IProgressView view) : IRunObserver
{
    private readonly ConcurrentDictionary<string, bool> _trainings = new();

    public void On(RunEvent happened)
    {
        switch (happened)
        {
            case StageStarted { Total: > 0 } stage:
                view.Begin(stage.Stage.Name, StageTitle.Of(stage.Stage), stage.Unit, stage.Done, stage.Total);
                break;
            case StageProgressed stage:
                view.Advance(stage.Stage.Name, stage.Done, stage.Tokens, null);
                break;
            case StageFinished stage:
                view.End(stage.Stage.Name, stage.Skipped ? "done before" : null);
                break;
            case TrainingProgressed training:
                Show(training);
                break;
            case AgentTrained agent:
                view.End(Id(agent.Stage, agent.Agent), Describe(agent));
                break;
            case AgentKept agent:
                view.Note($"{Training(agent.Stage, agent.Agent)}: {(agent.Examples == 0 ? "no examples" : $"{agent.Examples} examples, fewer than the {agent.Minimum} that are learned from")}, keeps its weights");
                break;
            case DatasetsBuilt datasets:
                var title = MethodTable.Title(datasets.Labels.Name, datasets.Labels.Iteration);
                view.Note($"{title}: {datasets.Labels.Describe()}");
                if (datasets.Failures is { } failures) view.Note($"{title}: {failures}");
                view.Note($"{title}: examples for {Describe(datasets.Examples)}");
                if (UnreadableAnswers.Describe(datasets.Unreadable) is { } unreadable) view.Note($"{title}: {unreadable}");
                break;
            case LearningEnded ended:
                view.Note(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{MethodTable.Title(ended.Method, ended.Iteration)}: learns no more, as its loss, {ended.Loss:0.0000} nats a token, is not below the {ended.Before:0.0000} of the iteration before"));
                break;
            case DiversityNotMeasured diversity:
                view.Note($"diversity is not measured: {diversity.Reason}");
                break;
            case MethodEvaluated method:
                view.Note(Describe(method.Result));
                if (method.Result.Debate?.Revisions?.Warning() is { } warning) view.Note($"{MethodTable.Title(method.Result.Name, method.Result.Iteration)}: {warning}");
                break;
        }
    }

    private void Show(TrainingProgressed training)
    {
        var id = Id(training.Stage, training.Agent);
        var progress = training.Progress;
        // The first news is of a step that is over.
        if (_trainings.TryAdd(id, true)) view.Begin(id, Training(training.Stage, training.Agent), "steps", progress.Step, progress.Steps, progress.Tokens);
        view.Advance(id, progress.Step, progress.Tokens, string.Create(CultureInfo.InvariantCulture, $"loss {progress.Loss:0.000}"));
    }

    private static string Training(StageId stage, string agent) => $"{agent} {stage.Iteration}";

    private static string Id(StageId stage, string agent) => $"{stage.Name}/{agent}";

    private static string Describe(AgentTrained agent) => string.Create(
        CultureInfo.InvariantCulture,
        $"{agent.Report.Examples} examples, {agent.Report.Tokens} tokens in {agent.Report.Seconds:0.0} s")
        + (agent.Report.FirstLoss is null ? "" : string.Create(CultureInfo.InvariantCulture, $", loss {agent.Report.FirstLoss:0.000} to {agent.Report.LastLoss:0.000}"))
        + (agent.Report.Describe() is { } unrest ? "; " + unrest : "");

    private static string Describe(IReadOnlyDictionary<string, int> examples) =>
        string.Join(", ", examples.OrderBy(agent => agent.Key, StringComparer.Ordinal).Select(agent => $"{agent.Key} {agent.Value}"));

    private static string Describe(MethodResult result) =>
        $"{MethodTable.Title(result.Name, result.Iteration)}: {MethodTable.Percent(result)}";
}
