using System.Globalization;
using MultiagentFT.Cli.Setup;
using MultiagentFT.Cluster.Tests.Servers;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace MultiagentFT.Cli.Tests.Chaos;

/// <summary>Four hosts: three with a server of a NATS cluster and a worker each, and one with the run.</summary>
internal sealed class ChaosHouse : IAsyncDisposable
{
    public const int Servers = 3;
    private const int RunHost = Servers;

    private readonly HostNetwork _network = new(Servers + 1);
    private readonly HostProcess[] _servers;
    private readonly HostProcess[] _workers;
    private readonly NatsConnection _nats;

    /// <param name="folder">Of everything.</param>
    /// <param name="run">Arguments of <c>mft</c>; the servers are added.</param>
    public ChaosHouse(string folder, IReadOnlyList<string> run)
    {
        var program = TrainerProgram.Of(null, AppContext.BaseDirectory, System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory());
        Directory.CreateDirectory(folder);
        for (var i = 0; i < Servers; i++) File.WriteAllText(Path.Combine(folder, $"server-{i}.conf"), Configuration(folder, i));
        _servers = [.. Enumerable.Range(0, Servers).Select(i => new HostProcess(
            () => _network.On(i, NatsServer.Program(), ["-c", Path.Combine(folder, $"server-{i}.conf")]), Path.Combine(folder, $"server-{i}.log")))];
        _workers = [.. Enumerable.Range(0, Servers).Select(i => new HostProcess(
            () => _network.On(
                i, program.FileName,
                [.. program.Arguments, "work", "--nats", Url, "--name", $"worker-{i}", "--trainers", "1", "--threads", "1", "--cache", Path.Combine(folder, $"cache-{i}")]),
            Path.Combine(folder, $"worker-{i}.log")))];
        Run = new HostProcess(
            () => _network.On(RunHost, program.FileName, [.. program.Arguments, .. run, "--nats", Url, "--nats-replicas", "3", "--lease", "5"]), Path.Combine(folder, "run.log"));
        _nats = new NatsConnection(NatsOpts.Default with { Url = Url, MaxReconnectRetry = -1, RequestTimeout = TimeSpan.FromSeconds(2) });
    }

    public HostProcess Run { get; }

    private static string Url => string.Join(',', Enumerable.Range(0, Servers).Select(i => $"nats://{HostNetwork.AddressOf(i)}:4222"));

    public HostProcess Worker(int host) => _workers[host];

    public HostProcess Server(int host) => _servers[host];

    public void Cut(int host) => _network.Cut(host);

    public void Heal(int host) => _network.Heal(host);

    /// <summary>Starts servers and workers, and waits for JetStream to have a leader.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        foreach (var server in _servers) server.Start();
        while (true)
        {
            try
            {
                await new NatsJSContext(_nats).GetAccountInfoAsync(cancellation);
                break;
            }
            catch (NatsException)
            {
                await Task.Delay(200, cancellation);
            }
        }
        foreach (var worker in _workers) worker.Start();
    }

    /// <summary>The host whose server leads a stream; null where nobody says so now.</summary>
    public async Task<int?> LeaderAsync(string stream, CancellationToken cancellation)
    {
        try
        {
            var found = await new NatsJSContext(_nats).GetStreamAsync(stream, cancellationToken: cancellation);
            return int.TryParse(found.Info.Cluster?.Leader, NumberStyles.None, CultureInfo.InvariantCulture, out var host) ? host : null;
        }
        catch (NatsException)
        {
            return null;
        }
    }

    /// <summary>Messages in a stream.</summary>
    public async Task<long> MessagesAsync(string stream, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return (await new NatsJSContext(_nats).GetStreamAsync(stream, cancellationToken: cancellation)).Info.State.Messages;
            }
            catch (NatsException)
            {
                await Task.Delay(500, cancellation);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Run.Dispose();
        foreach (var process in _workers.Concat(_servers)) process.Dispose();
        await _nats.DisposeAsync();
        _network.Dispose();
    }

    private static string Configuration(string folder, int host)
    {
        var routes = string.Join(", ", Enumerable.Range(0, Servers).Where(other => other != host).Select(other => $"\"nats://{HostNetwork.AddressOf(other)}:6222\""));
        return $$"""
            server_name: "{{host}}"
            listen: "{{HostNetwork.AddressOf(host)}}:4222"
            cluster { name: chaos, listen: "{{HostNetwork.AddressOf(host)}}:6222", routes: [ {{routes}} ] }
            jetstream { store_dir: "{{Path.Combine(folder, $"data-{host}")}}" }
            """;
    }
}
