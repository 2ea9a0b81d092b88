using System.Collections.Concurrent;
using MultiagentFT.Cluster.Connection;
using MultiagentFT.Cluster.Worker;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Cluster.Tests.Fakes;

/// <summary>A worker with toy agents and a toy trainer, in this process.</summary>
internal sealed class ToyWorker : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ClusterConnection _connection;
    private readonly Task _running;

    private ToyWorker(ClusterConnection connection, WorkerOptions options, ToyTrainer trainer, ConcurrentQueue<string> log, TimeProvider? time)
    {
        (_connection, Trainer, Log) = (connection, trainer, log);
        _running = Task.Run(() => new ClusterWorker(connection, options, time).RunAsync(_stop.Token));
    }

    public ToyTrainer Trainer { get; }

    public ConcurrentQueue<string> Log { get; }

    /// <param name="url">Of the server.</param>
    /// <param name="name">Of the worker.</param>
    /// <param name="files">Holds its cache.</param>
    /// <param name="model">The base model that it has.</param>
    /// <param name="engine">Opens an engine; null for a toy one.</param>
    /// <param name="change">Of its options.</param>
    /// <param name="time">Its clock; null: the system's.</param>
    public static async Task<ToyWorker> StartAsync(
        string url, string name, TemporaryFolder files, BaseModel model, Func<IGenerationEngine>? engine = null, Func<WorkerOptions, WorkerOptions>? change = null,
        TimeProvider? time = null)
    {
        var connection = await ClusterConnection.OpenAsync(new ClusterAddress(url), name, CancellationToken.None);
        var (trainer, log) = (new ToyTrainer(new Interruption()), new ConcurrentQueue<string>());
        var options = new WorkerOptions(
            name, [model], "toy", (_, _) => Task.FromResult(engine?.Invoke() ?? new ToyEngine(new Interruption())), trainer, files.At(name))
        {
            Log = log.Enqueue,
            Idle = TimeSpan.FromMilliseconds(200),
            Heartbeat = TimeSpan.FromMilliseconds(500),
        };
        return new ToyWorker(connection, change?.Invoke(options) ?? options, trainer, log, time);
    }

    /// <summary>As a killed process: what it holds is not given back.</summary>
    public async Task KillAsync() => await _connection.DisposeAsync();

    /// <summary>Asks it to stop and waits until it has.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        // A killed worker waits for a connection that it does not get again.
        await Task.WhenAny(_running, Task.Delay(TimeSpan.FromSeconds(3)));
        await _connection.DisposeAsync();
    }
}
