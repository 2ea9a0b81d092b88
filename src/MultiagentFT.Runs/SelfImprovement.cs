using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Events;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Learners;
using MultiagentFT.Runs.Protocols;
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
    private readonly List<Evaluation> _evaluations = [];
    private readonly RunProblems _problems;

    /// <exception cref="InputException">The task has too few problems, or the same ones for training and evaluation.</exception>
    public SelfImprovement(
        RunFolder folder,
        IGenerationEngine engine,
        IDebateTask task,
        ITrainer trainer,
        IRunObserver? observer = null,
        TimeProvider? time = null)
    {
        _run = new RunContext(folder, engine, task, trainer, observer ?? new SilentObserver(), time ?? TimeProvider.System);
        _transcripts = new TranscriptStage(_run);
        _datasets = new DatasetStage(_run);
        _finetuning = new FinetuningStage(_run);
        _problems = RunProblems.Draw(Config, task);
    }

    private RunConfig Config => _run.Config;

    /// <exception cref="InputException">An input, an earlier output or a training is not what it has to be.</exception>
    /// <exception cref="GenerationException">No answer of a chunk could be given, or decoding failed; the same call continues.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the same call on the same folder continues.</exception>
    public async Task<Summary> RunAsync(CancellationToken cancellation = default)
    {
        if (_run.Folder.IsComplete) return JsonFile.Read<Summary>(_run.Layout.Summary);
        _evaluations.Clear();
        var society = new SocietyLearner(Config, _run.Task);
        await BaselineAsync(Method.Base, BaseSamples(1), cancellation).ConfigureAwait(false);
        await BaselineAsync(Method.Majority, BaseSamples(Config.Debate.Agents), cancellation).ConfigureAwait(false);
        await BaselineAsync(Method.Debate, society.Protocol(Weights.OfBase), cancellation).ConfigureAwait(false);

        ILearner[] learners = [new SingleAgentLearner(Config, _run.Task), society];
        var states = learners.Where(learner => Config.Methods.Contains(learner.Method)).Select(LearnerState.Start).ToArray();
        for (var iteration = 1; iteration <= Config.Iterations; iteration++)
        {
            for (var i = 0; i < states.Length; i++)
                states[i] = await IterateAsync(iteration, states[i], cancellation).ConfigureAwait(false);
        }
        return Finish();
    }

    /// <summary>One iteration of the paper: debate and vote, build each agent's dataset, finetune each agent, evaluate.</summary>
    private async Task<LearnerState> IterateAsync(int iteration, LearnerState before, CancellationToken cancellation)
    {
        var (learner, weights, spent) = before;
        var path = _run.Layout.TrainingTranscripts(learner.Method, iteration);
        var (debates, debateSeconds) = await _transcripts.RunAsync(
            path, _problems.Training, learner.Protocol(weights), _run.Seed.Of("training").Of(iteration), cancellation).ConfigureAwait(false);

        var examples = _datasets.Run(
            learner.Method, iteration, () => learner.Datasets(debates, _run.Seed.Of("datasets").Of(iteration)));

        (weights, var tokens, var trainingSeconds) = await _finetuning.RunAsync(
            learner.Method, iteration, learner.Agents, examples, weights, cancellation).ConfigureAwait(false);

        spent += new Cost(debates.Sum(debate => debate.GeneratedTokens), tokens, debateSeconds + trainingSeconds);
        await EvaluateAsync(learner.Method, iteration, learner.Protocol(weights), spent, cancellation).ConfigureAwait(false);
        return new LearnerState(learner, weights, spent);
    }

    private SamplingProtocol BaseSamples(int samples) => new(Config, _run.Task, agent: null, samples);

    private async Task BaselineAsync(Method method, IProtocol protocol, CancellationToken cancellation)
    {
        if (Config.Methods.Contains(method)) await EvaluateAsync(method, 0, protocol, default, cancellation).ConfigureAwait(false);
    }

    /// <summary>All methods draw from the same seeds, so that their differences are their own.</summary>
    private async Task EvaluateAsync(Method method, int iteration, IProtocol protocol, Cost before, CancellationToken cancellation)
    {
        var path = _run.Layout.EvaluationTranscripts(method, iteration);
        var (transcripts, seconds) = await _transcripts.RunAsync(
            path, _problems.Evaluation, protocol, _run.Seed.Of("evaluation"), cancellation).ConfigureAwait(false);
        var evaluation = new Evaluation(method, iteration, transcripts, seconds, before);
        _evaluations.Add(evaluation);
        _run.Observer.On(new MethodEvaluated(evaluation.Result()));
    }

    private Summary Finish()
    {
        var summary = Summary.Of(Config, _run.Task.Name, _run.Engine.Model, _evaluations);
        JsonFile.Write(_run.Layout.Summary, summary);
        AtomicFile.WriteText(_run.Layout.Report, HtmlReport.Render(ReportData.Read(_run.Layout, Config, summary, _evaluations, _run.Task)));
        Manifest.Of(_run.Layout).Write(_run.Layout);
        return summary;
    }
}
