using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Debate.Datasets;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Events;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Report;
using MultiagentFT.Runs.Results;
using MultiagentFT.Runs.Stages;

namespace MultiagentFT.Runs;

/// <summary>
/// The run: a society debates problems without labels, votes, and every agent is finetuned on its own share of the
/// debates; again for each iteration, beside the methods it is compared with. A stage whose output is whole is
/// skipped, so the same call continues a run that was killed and ends with the same result.
/// </summary>
public sealed class SelfImprovement
{
    private readonly RunContext _run;
    private readonly TranscriptStage _transcripts;
    private readonly DatasetStage _datasets;
    private readonly FinetuningStage _finetuning;
    private readonly DiversityStage _diversity;
    private readonly IReadOnlyList<Method> _methods;
    private readonly RunProblems _problems;
    private readonly List<Evaluation> _evaluations = [];
    private readonly List<LabelQuality> _labels = [];

    /// <summary>Answers to the training problems in the running iteration, and the seconds they took, by method.</summary>
    private readonly Dictionary<string, (IReadOnlyList<Transcript> Transcripts, double Seconds)> _debates = [];

    /// <summary>What the trainings of a method in an iteration have cost.</summary>
    private readonly Dictionary<(string Method, int Iteration), Cost> _trainings = [];

    /// <exception cref="InputException">
    /// The task has too few problems, the same ones for training and evaluation, or the folder's chunks have another size that matters.
    /// </exception>
    public SelfImprovement(
        RunFolder folder,
        IGenerationEngine engine,
        IDebateTask task,
        ITrainer trainer,
        IRunObserver? observer = null,
        TimeProvider? time = null)
        : this(folder, new EngineChunkRunner(engine), task, trainer, observer, time)
    {
    }

    /// <param name="chunks">Answers problems, here or elsewhere.</param>
    /// <inheritdoc cref="SelfImprovement(RunFolder, IGenerationEngine, IDebateTask, ITrainer, IRunObserver, TimeProvider)"/>
    public SelfImprovement(
        RunFolder folder,
        IChunkRunner chunks,
        IDebateTask task,
        ITrainer trainer,
        IRunObserver? observer = null,
        TimeProvider? time = null)
    {
        if (!chunks.IsBatchInvariant && !folder.IsComplete && folder.ChunkProblems != folder.Config.ChunkProblems)
            throw new InputException(
                folder.Layout.Config, "chunkProblems", $"{folder.ChunkProblems}, as with this decoder answers depend on it", $"{folder.Config.ChunkProblems}");
        _run = new RunContext(folder, chunks, task, trainer, observer ?? new SilentObserver(), time ?? TimeProvider.System);
        _transcripts = new TranscriptStage(_run);
        _datasets = new DatasetStage(_run);
        _finetuning = new FinetuningStage(_run);
        _diversity = new DiversityStage(_run);
        _methods = folder.Catalog.Of(Config);
        _problems = RunProblems.Draw(Config, task);
        if (_methods.FirstOrDefault(method => method.ReadsTruth) is { } reader && _problems.Training.SelectMany(lot => lot).FirstOrDefault(problem => problem.Answer is null) is { } unlabelled)
            throw new InputException(task.Name, unlabelled.Id, $"a right answer to every training problem, as {reader.Key} learns from them", "none");
    }

    private RunConfig Config => _run.Config;

    /// <exception cref="InputException">An input, an earlier output or a training is not what it has to be.</exception>
    /// <exception cref="GenerationException">No answer of a chunk could be given, or decoding failed; the same call continues.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the same call on the same folder continues.</exception>
    public async Task<Summary> RunAsync(CancellationToken cancellation = default)
    {
        if (_run.Folder.IsComplete) return _run.Folder.ReadSummary();
        _evaluations.Clear();
        _labels.Clear();
        var society = Society.OfBase(Config.Debate.Agents);
        foreach (var method in _methods.Where(method => !method.IsIterated).OrderBy(method => method.Waits(_methods)))
            await EvaluateAsync(method, 0, society, AgentWeights.OfBase, default, cancellation).ConfigureAwait(false);

        var learners = _methods.Where(method => method.Learner is not null).Select(method => LearnerState.Start(method, Config)).ToArray();
        for (var iteration = 1; iteration <= Config.Iterations; iteration++)
        {
            foreach (var i in Enumerable.Range(0, learners.Length).OrderBy(i => learners[i].Method.Waits(_methods)))
                learners[i] = await IterateAsync(iteration, learners[i], cancellation).ConfigureAwait(false);
        }
        return Finish();
    }

    /// <summary>One iteration of the paper: debate and vote, build each agent's dataset, finetune each agent, evaluate.</summary>
    private async Task<LearnerState> IterateAsync(int iteration, LearnerState before, CancellationToken cancellation)
    {
        var (method, learner, weights) = (before.Method, before.Learner, before.Weights);
        var (debates, debateSeconds) = before.HasEnded
            ? _debates[method.Key] = ([], 0)
            : await DebateAsync(method, iteration, learner.Speakers(weights), weights, cancellation).ConfigureAwait(false);

        var datasets = before.HasEnded ? TeachNothing(method, iteration, learner) : Teach(method, iteration, learner, debates);

        var finetuning = await _finetuning.RunAsync(
            new StageId(method.Key, iteration, StageActivity.Finetuning), learner, [.. learner.Speakers(weights).Generators.Select(agent => agent.Name)], datasets, weights, cancellation).ConfigureAwait(false);

        var training = _trainings[(method.Key, iteration)] = new Cost(0, finetuning.Tokens, finetuning.Seconds);
        var spent = new Cost(debates.Sum(debate => debate.GeneratedTokens), 0, debateSeconds) + training;
        // Without these the agents that it learns from had not debated as they did.
        if (method.LearnsFrom is { } source && iteration > 1) spent += _trainings[(source, iteration - 1)];
        var after = before.After(finetuning, spent);
        if (after.HasEnded && !before.HasEnded) _run.Observer.On(new LearningEnded(method.Key, iteration, before.Loss!.Value, after.Loss!.Value));
        foreach (var answering in _methods.Where(other => other == method || other.WeightsOf == method.Key))
            await EvaluateAsync(answering, iteration, learner.Speakers(after.Weights), after.Weights, after.Spent, cancellation).ConfigureAwait(false);
        return after;
    }

    /// <summary>Answers to the training problems: the method's own, or those of the method that it learns from.</summary>
    private async Task<(IReadOnlyList<Transcript> Debates, double Seconds)> DebateAsync(
        Method method, int iteration, Society society, AgentWeights weights, CancellationToken cancellation)
    {
        if (method.LearnsFrom is { } source) return _debates[source];
        var stage = new StageId(method.Key, iteration, StageActivity.Training);
        var protocol = (method.TrainingProtocol ?? method.Protocol)(Context(society, _run.Task));
        return _debates[method.Key] = await _transcripts.RunAsync(
            stage, _problems.Training[iteration - 1], protocol, weights, _run.Seed.Of("training").Of(iteration), cancellation).ConfigureAwait(false);
    }

    /// <returns>The size of each agent's dataset.</returns>
    private IReadOnlyDictionary<string, int> Teach(Method method, int iteration, ILearner learner, IReadOnlyList<Transcript> debates)
    {
        var teaching = learner.Teaching(debates);
        var labels = LabelQuality.Of(method.Key, iteration, debates.Count, teaching, learner.MinimumVotes(debates));
        _labels.Add(labels);
        var (readable, unreadable) = UnreadableAnswers.Mark(teaching, _run.Chunks.FindMarkup);
        return _datasets.Run(labels, IsRequired(method), unreadable, AnswerCounts.DescribeWithReason(debates), () =>
        {
            var datasets = learner.Datasets(readable, _run.Task, _run.Seed.Of("datasets").Of(iteration));
            if (method.TrainsNoMoreThan is { } other && _methods.Any(candidate => candidate.Key == other))
                datasets = TrainingBudget.Trim(datasets, _datasets.Characters(other, iteration), _run.Seed.Of("budget").Of(method.Key).Of(iteration));
            return new TaughtDatasets(datasets, learner.Preferences(readable, _run.Task));
        });
    }

    /// <summary>The datasets of a method that has ended: none has an example.</summary>
    private IReadOnlyDictionary<string, int> TeachNothing(Method method, int iteration, ILearner learner)
    {
        var labels = new LabelQuality(method.Key, iteration, 0, 0, null) { HasEnded = true };
        _labels.Add(labels);
        return _datasets.Run(labels, isRequired: false, unreadable: 0, failures: null, () => new TaughtDatasets(
            learner.Agents.Except(learner.ByPreference).ToDictionary(agent => agent, _ => (IReadOnlyList<ChatExample>)[]),
            learner.ByPreference.ToDictionary(agent => agent, _ => (IReadOnlyList<PreferencePair>)[])));
    }

    /// <summary>A run is about its society; what it is compared with may have nothing to learn from.</summary>
    private bool IsRequired(Method method) =>
        method.Role == MethodRole.FinetunedSociety || _methods.All(other => other == method || other.Learner is null);

    /// <summary>All methods draw from the same seeds, so that their differences are their own.</summary>
    private async Task EvaluateAsync(
        Method method, int iteration, Society society, AgentWeights weights, Cost before, CancellationToken cancellation)
    {
        var stage = new StageId(method.Key, iteration, StageActivity.Evaluation);
        var protocol = method.Protocol(Context(society, _problems.EvaluationTask ?? _run.Task));
        var (transcripts, seconds) = await _transcripts.RunAsync(
            stage, _problems.Evaluation, protocol, weights, _run.Seed.Of("evaluation"), cancellation).ConfigureAwait(false);
        var diversity = await _diversity.RunAsync(stage with { Activity = StageActivity.Diversity }, transcripts, protocol, weights, cancellation).ConfigureAwait(false);
        var evaluation = new Evaluation(method, iteration, transcripts, seconds, before) { Diversity = diversity };
        _evaluations.Add(evaluation);
        _run.Observer.On(new MethodEvaluated(evaluation.Result(_run.Task)));
    }

    private AnswerContext Context(Society society, IDebateTask task) => new(Config, task, society, _evaluations) { BestTemperature = Config.BestTemperature };

    private Summary Finish()
    {
        List<Evaluation> evaluations =
            [.. _evaluations.OrderBy(evaluation => evaluation.Iteration).ThenBy(evaluation => _run.Folder.Catalog.Order(evaluation.Method.Key))];
        var summary = Summary.Of(Config, _run.Task, _run.Chunks.Model, evaluations, _labels) with { Difficulty = Difficulty.Of(evaluations, _problems.Evaluation, _run.Task) };
        JsonFile.Write(_run.Layout.Summary, summary);
        AtomicFile.WriteText(_run.Layout.Report, HtmlReport.Render(ReportData.Read(_run.Folder, summary, evaluations, _run.Task)));
        Manifest.Of(_run.Layout).Write(_run.Layout);
        return summary;
    }
}
