using MultiagentFT.Debate.Datasets;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Events;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Tests.Fakes;

/// <summary>Runs with toy agents and a toy trainer.</summary>
internal static class ToyRun
{
    public static RunConfig Small(TemporaryFolder files) => new()
    {
        Model = files.Write("toy.gguf", "weights"),
        TrainingProblems = 6,
        EvaluationProblems = 5,
        ChunkProblems = 4,
        Iterations = 2,
        MinimumExamples = 1,
        Trainers = 1,
        Debate = new DebateOptions { Agents = 2 },
        Datasets = new DatasetOptions { MinimumVotes = 1 },
    };

    public static async Task<Summary> RunAsync(
        string folder, RunConfig config, Interruption? interruption = null, IRunObserver? observer = null, ToyTrainer? trainer = null,
        MethodCatalog? catalog = null, IDebateTask? task = null, bool scores = false)
    {
        interruption ??= new Interruption();
        using var open = RunFolder.Open(folder, config, catalog);
        await using var engine = scores ? new ToyScorer(interruption) : new ToyEngine(interruption);
        trainer ??= new ToyTrainer(interruption);
        return await new SelfImprovement(open, engine, task ?? new ArithmeticTask(), trainer, observer, new StoppedClock()).RunAsync();
    }
}
