using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Protocols;
using MultiagentFT.Runs.Stages;

namespace MultiagentFT.Runs.Sharing;

/// <summary>What <see cref="SelfImprovement"/> will do, stage by stage, and what each of them is made from.</summary>
internal sealed class StagePlan
{
    private readonly RunConfig _config;
    private readonly IReadOnlyList<Method> _methods;

    /// <summary>What a method asks of it does not depend on the problems.</summary>
    private readonly ArithmeticTask _task = new();

    private readonly List<RunStage> _stages = [];

    private StagePlan(RunConfig config, MethodCatalog catalog) => (_config, _methods) = (config, catalog.Of(config));

    /// <summary>The stages in the order in which they are run.</summary>
    public static IReadOnlyList<RunStage> Of(RunConfig config, MethodCatalog catalog)
    {
        var plan = new StagePlan(config, catalog);
        foreach (var method in plan._methods.Where(method => !method.IsIterated).OrderBy(method => method.Waits(plan._methods)))
            plan.AddEvaluation(method, 0, Society.OfBase(config.Debate.Agents), []);
        for (var iteration = 1; iteration <= config.Iterations; iteration++)
        {
            foreach (var method in plan._methods.Where(method => method.Learner is not null).OrderBy(method => method.Waits(plan._methods))) plan.AddIteration(iteration, method);
        }
        return plan._stages;
    }

    private void AddIteration(int iteration, Method method)
    {
        var society = method.Learner!(_config).Speakers(AgentWeights.OfBase);
        // An agent that once had too few examples still has the adapter of an earlier iteration.
        StageId[] before = [.. Enumerable.Range(1, iteration - 1).Select(earlier => new StageId(method.Key, earlier, StageActivity.Finetuning))];
        var training = new StageId(method.LearnsFrom ?? method.Key, iteration, StageActivity.Training);
        if (method.LearnsFrom is null) Add(training, [.. before, .. Ask(method, method.TrainingProtocol ?? method.Protocol, society).Results]);
        var datasets = training with { Method = method.Key, Activity = StageActivity.Datasets };
        Add(datasets, [training, .. _methods.Where(other => other.Key == method.TrainsNoMoreThan).Select(other => datasets with { Method = other.Key })]);
        var finetuning = datasets with { Activity = StageActivity.Finetuning };
        Add(finetuning, [datasets, .. before]);
        foreach (var answering in _methods.Where(other => other == method || other.WeightsOf == method.Key)) AddEvaluation(answering, iteration, society, [.. before, finetuning]);
    }

    private void AddEvaluation(Method method, int iteration, Society society, StageId[] weights)
    {
        var stage = new StageId(method.Key, iteration, StageActivity.Evaluation);
        var (protocol, results) = Ask(method, method.Protocol, society);
        Add(stage, [.. weights, .. results]);
        if (_config.DiversityProblems > 0 && protocol is DebateProtocol) Add(stage with { Activity = StageActivity.Diversity }, [stage, .. weights]);
    }

    /// <returns>How it answers, and the evaluations so far that decide how: all of them where a method reads results and does not say whose.</returns>
    private (IProtocol Protocol, StageId[] Results) Ask(Method method, Func<AnswerContext, IProtocol> protocol, Society society)
    {
        var witness = new ResultWitness();
        var asked = protocol(new AnswerContext(_config, _task, society, witness) { BestTemperature = _config.BestTemperature });
        return (asked, witness.WasRead ? [.. _stages.Select(stage => stage.Id).Where(IsRead)] : []);

        bool IsRead(StageId stage) =>
            stage.Activity == StageActivity.Evaluation && (method.After.Count == 0 || stage.Method == method.Key || method.After.Contains(stage.Method));
    }

    private void Add(StageId id, StageId[] needs) => _stages.Add(new RunStage(id, needs));
}
