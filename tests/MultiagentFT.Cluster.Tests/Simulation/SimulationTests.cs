using System.Diagnostics;
using System.Globalization;
using MultiagentFT.Cluster.Connection;
using MultiagentFT.Cluster.Coordinator;
using MultiagentFT.Cluster.Tests.Fakes;
using MultiagentFT.Cluster.Tests.Servers;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Protocols;
using MultiagentFT.Runs.Stages;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Cluster.Tests.Simulation;

/// <summary>
/// Many workers and chunks without a model. <c>MFT_SIMULATE=100000</c> has so many chunks answered by 200 workers of another process
/// (<c>MFT_SIMULATE_WORKERS</c>), each of which takes one second (<c>MFT_SIMULATE_SECONDS</c>) for a chunk, and measures the coordinator, which is this process with all that
/// a test brings along.
/// </summary>
public sealed class SimulationTests : IDisposable
{
    private const long MostBytes = 500_000_000;

    private readonly TemporaryFolder _files = new();

    [Fact]
    public async Task Many_chunks_come_to_the_bytes_of_one_process()
    {
        using var server = new NatsServer();
        await using var workers = await SimulatedWorkers.StartAsync(server.Url, _files, 12, TimeSpan.FromMilliseconds(5));
        var (protocol, problems) = Work(400);
        await using var engine = new ToyEngine(new Interruption());
        await new ChunkedAnswers(_files.At("alone.jsonl"), protocol, problems, 1).RunAsync(new EngineChunkRunner(engine), [], new Seed(1), _ => { }, CancellationToken.None);

        await SpreadAsync(server.Url, _files.At("spread.jsonl"), protocol, problems);

        Assert.Equal(File.ReadAllText(_files.At("alone.jsonl")), File.ReadAllText(_files.At("spread.jsonl")));
        Assert.Equal(400, File.ReadLines(_files.At("spread.jsonl.work.jsonl")).Count());
    }

    [Fact]
    public async Task A_coordinator_of_many_workers_is_small_and_mostly_idle()
    {
        var chunks = Setting("MFT_SIMULATE", 0);
        Assert.SkipUnless(chunks > 0, "MFT_SIMULATE asks for it");
        var (count, seconds) = ((int)Setting("MFT_SIMULATE_WORKERS", 200), Setting("MFT_SIMULATE_SECONDS", 1));
        using var server = new NatsServer();
        var (protocol, problems) = Work((int)chunks);
        using var workers = Process.Start(
            Environment.ProcessPath!,
            [SimulatedWorkers.Command, server.Url, count.ToString(CultureInfo.InvariantCulture), seconds.ToString(CultureInfo.InvariantCulture)]);
        try
        {
            var coordinator = Process.GetCurrentProcess();
            var (began, before) = (Stopwatch.StartNew(), coordinator.TotalProcessorTime);
            await SpreadAsync(server.Url, _files.At("spread.jsonl"), protocol, problems);
            coordinator.Refresh();
            var (wall, busy, peak) = (began.Elapsed.TotalSeconds, (coordinator.TotalProcessorTime - before).TotalSeconds, coordinator.PeakWorkingSet64);

            Assert.Equal(chunks, File.ReadLines(_files.At("spread.jsonl")).Count());
            var line = string.Create(
                CultureInfo.InvariantCulture,
                $"{chunks} chunks, {count} workers of {seconds} s a chunk: {wall:0} s ({chunks / wall:0} chunks/s, at most {count / seconds:0}); coordinator: {busy:0.0} s of processor ({busy / wall:0.00} cores, {1e6 * busy / chunks:0} us a chunk), peak {peak / 1e6:0} MB resident");
            TestContext.Current.TestOutputHelper?.WriteLine(line);
            if (Environment.GetEnvironmentVariable("MFT_SIMULATE_REPORT") is { } report) File.AppendAllLines(report, [line]);
            Assert.InRange(peak, 1, MostBytes);
            Assert.InRange(busy / wall, 0, 1);
        }
        finally
        {
            workers.Kill();
            await workers.WaitForExitAsync();
        }
    }

    public void Dispose() => _files.Dispose();

    private static double Setting(string name, double otherwise) =>
        double.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    private (IProtocol Protocol, IReadOnlyList<Problem> Problems) Work(int chunks)
    {
        var task = new ArithmeticTask();
        return (new SamplingProtocol(ToyRun.Small(_files), task, new DebateAgent("base", null), 1), task.Draw(Split.Training, chunks, new Seed(1)));
    }

    private async Task SpreadAsync(string url, string output, IProtocol protocol, IReadOnlyList<Problem> problems)
    {
        await using var connection = await ClusterConnection.OpenAsync(new ClusterAddress(url), "run", CancellationToken.None);
        var options = new ClusterRunOptions(output, "simulation", ClusterToyRun.ModelOf(ToyRun.Small(_files))) { WorkLog = output + ".work.jsonl" };
        await using var run = await ClusterRun.OpenAsync(connection, options, CancellationToken.None);
        var runner = new ClusterChunkRunner(run, ClusterToyRun.Model, _ => null);
        var transcripts = await new ChunkedAnswers(output, protocol, problems, 1).RunAsync(runner, [], new Seed(1), _ => { }, CancellationToken.None);
        Assert.Equal(problems.Select(problem => problem.Id), transcripts.Select(transcript => transcript.ProblemId));
        await run.CompleteAsync();
    }
}
