using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Stages;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Runs.Tests.Methods;

public sealed class GreedyMethodTests : IDisposable
{
    private readonly TemporaryFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task GreedyAnswersAtTemperatureZero()
    {
        var engine = new ToyEngine(new Interruption());
        var config = ToyRun.Small(_files);
        var problems = new ArithmeticTask().Draw(Split.Evaluation, 3, new Seed(1));
        var protocol = MethodCatalog.Default["greedy"].Protocol(new AnswerContext(config, new ArithmeticTask(), Society.OfBase(2), []));

        await protocol.RunAsync(engine, problems, new Seed(1), null, TestContext.Current.CancellationToken);

        Assert.Equal(3, engine.Requests.Count);
        Assert.All(engine.Requests, request => Assert.Equal((SamplingOptions.Greedy, null), (request.Sampling, request.Adapter)));
    }

    [Fact]
    public async Task TheFinetunedSocietysFirstGeneratorAnswersAloneAfterEveryIteration()
    {
        var config = ToyRun.Small(_files) with { Methods = ["multiagent-ft", "multiagent-ft-greedy-one"] };

        var rows = (await ToyRun.RunAsync(_files.At("run"), config)).Methods;

        var layout = new RunLayout(_files.At("run"));
        for (var iteration = 1; iteration <= 2; iteration++)
        {
            var transcripts = TranscriptFile.Read(layout.Transcripts(new StageId("multiagent-ft-greedy-one", iteration, StageActivity.Evaluation)));
            Assert.All(transcripts, transcript => Assert.Equal(("generator-1", $"generator-1@{iteration}"), (transcript.Turns.Single().Speaker, transcript.Turns[0].Adapter)));
        }
        Assert.Equal(rows[0].TrainedTokens, rows[1].TrainedTokens);
        Assert.False(Directory.Exists(_files.At("run/adapters/multiagent-ft-greedy-one")));
    }
}
