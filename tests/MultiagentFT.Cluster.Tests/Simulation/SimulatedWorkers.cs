using System.Globalization;
using MultiagentFT.Cluster.Tests.Fakes;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Cluster.Tests.Simulation;

/// <summary>Workers without a model, each of which takes a while for a chunk.</summary>
internal sealed class SimulatedWorkers : IAsyncDisposable
{
    /// <summary>First argument of a process that is nothing else; address, number and seconds a chunk follow.</summary>
    public const string Command = "simulated-workers";

    private readonly List<ToyWorker> _workers = [];

    private SimulatedWorkers()
    {
    }

    /// <summary>Works until the process is killed.</summary>
    public static async Task<int> RunAsync(string url, string count, string seconds)
    {
        using var files = new TemporaryFolder();
        await using var workers = await StartAsync(url, files, int.Parse(count, CultureInfo.InvariantCulture), TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)));
        await Task.Delay(Timeout.InfiniteTimeSpan);
        return 0;
    }

    /// <param name="url">Of the server.</param>
    /// <param name="files">For what workers write.</param>
    /// <param name="count">How many.</param>
    /// <param name="work">Time of a chunk.</param>
    public static async Task<SimulatedWorkers> StartAsync(string url, TemporaryFolder files, int count, TimeSpan work)
    {
        var model = ClusterToyRun.ModelOf(ToyRun.Small(files));
        var started = new SimulatedWorkers();
        for (var i = 0; i < count; i++)
        {
            started._workers.Add(await ToyWorker.StartAsync(
                url, string.Create(CultureInfo.InvariantCulture, $"worker-{i}"), files, model, () => new HeldEngine((_, cancellation) => Task.Delay(work, cancellation)),
                options => options with { Trainers = 0, Idle = TimeSpan.FromSeconds(1), Heartbeat = TimeSpan.FromSeconds(5) }));
        }
        return started;
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_workers.Select(async worker => await worker.DisposeAsync()));
}
