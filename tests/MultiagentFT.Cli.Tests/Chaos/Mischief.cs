using MultiagentFT.Foundation;

namespace MultiagentFT.Cli.Tests.Chaos;

/// <summary>What happens to a house while its run goes on. Everything happens at least once, in an order of the seed; at any time two of the three servers are whole.</summary>
/// <param name="house">Where.</param>
/// <param name="seed">Of order and moments.</param>
/// <param name="tell">Told of every event.</param>
/// <param name="cut">How long a link is cut.</param>
internal sealed class Mischief(ChaosHouse house, Seed seed, Action<string> tell, TimeSpan cut)
{
    private static readonly string[] Streams = ["mft-work", "mft-results", "OBJ_mft-objects"];

    private readonly Random _random = new(unchecked((int)seed.Value));
    private readonly SemaphoreSlim _servers = new(1);
    private readonly List<Task> _under = [];
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private bool _isOver;
    private bool _isRunDown;
    private bool _isRunCut;
    private bool _wasRunCut;

    /// <summary>Does mischief until the run has ended.</summary>
    /// <returns>What happened how often, and the run's exit code.</returns>
    public async Task<(string Counts, int ExitCode)> UntilAsync(CancellationToken cancellation)
    {
        var first = Shuffled(["worker", "leader", "link", "run"]);
        await Task.Delay(Between(3, 6), cancellation);
        var supervision = SuperviseAsync(cancellation);
        for (var at = 0; house.Run.IsRunning || _isRunDown || await IsBegunAgainAsync(cancellation); at++)
        {
            var kind = at < first.Length ? first[at] : first[_random.Next(first.Length)];
            // All that happens once comes early, as nobody knows how long the run takes.
            Begin(kind, cancellation);
            await Task.WhenAny(Task.Delay(at < first.Length ? Between(2, 6) : Between(8, 25), cancellation), EndOfRunAsync(cancellation));
            cancellation.ThrowIfCancellationRequested();
        }
        var exit = house.Run.ExitCode;
        _isOver = true;
        await supervision;
        await Task.WhenAll(_under);
        return (string.Join(", ", _counts.OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => $"{count.Key} {count.Value}")), exit);
    }

    private void Begin(string kind, CancellationToken cancellation)
    {
        var (host, pause) = (_random.Next(ChaosHouse.Servers), Between(1, 6));
        // What is drawn does not depend on what is still under way.
        var task = kind switch
        {
            "worker" => WorkerAsync(host, pause, cancellation),
            "leader" => LeaderAsync(Streams[_random.Next(Streams.Length)], pause, cancellation),
            "link" => LinkAsync(_random.Next(ChaosHouse.Servers + 1), cancellation),
            _ => RunAsync(pause, cancellation),
        };
        _under.RemoveAll(done => done.IsCompletedSuccessfully);
        _under.Add(task);
    }

    private async Task WorkerAsync(int host, TimeSpan pause, CancellationToken cancellation)
    {
        if (!house.Worker(host).IsRunning) return;
        Count("workers killed", $"worker {host} is killed");
        house.Worker(host).Kill();
        await Task.Delay(pause, cancellation);
        tell($"worker {host} is started");
        house.Worker(host).Start();
    }

    private async Task LeaderAsync(string stream, TimeSpan pause, CancellationToken cancellation)
    {
        await _servers.WaitAsync(cancellation);
        try
        {
            if (await house.LeaderAsync(stream, cancellation) is not { } host) return;
            Count("leaders killed", $"server {host}, the leader of {stream}, is killed");
            house.Server(host).Kill();
            await Task.Delay(pause + TimeSpan.FromSeconds(3), cancellation);
            tell($"server {host} is started");
            house.Server(host).Start();
            // It catches up before the next one goes.
            await Task.Delay(TimeSpan.FromSeconds(5), cancellation);
        }
        finally
        {
            _servers.Release();
        }
    }

    private async Task LinkAsync(int host, CancellationToken cancellation)
    {
        await _servers.WaitAsync(cancellation);
        try
        {
            Count("links cut", $"the link of host {host} is cut{(host == ChaosHouse.Servers ? ", where the run is" : "")}");
            if (host == ChaosHouse.Servers) _isRunCut = _wasRunCut = true;
            house.Cut(host);
            await Task.Delay(cut, cancellation);
            tell($"the link of host {host} is healed");
            house.Heal(host);
            _isRunCut = false;
            await Task.Delay(TimeSpan.FromSeconds(5), cancellation);
        }
        finally
        {
            _servers.Release();
        }
    }

    private async Task RunAsync(TimeSpan pause, CancellationToken cancellation)
    {
        if (!house.Run.IsRunning) return;
        _isRunDown = true;
        Count("runs killed", "the run is killed");
        house.Run.Kill();
        await Task.Delay(pause, cancellation);
        // Nobody starts a run on a host that reaches no server: it would say so and end.
        while (_isRunCut) await Task.Delay(200, cancellation);
        tell("the run is continued");
        _wasRunCut = false;
        house.Run.Start();
        _isRunDown = false;
    }

    /// <summary>A worker that ends by itself, such as one that finds no server when it begins, is started again, as a Deployment or a service manager does.</summary>
    private async Task SuperviseAsync(CancellationToken cancellation)
    {
        while (!_isOver)
        {
            for (var host = 0; host < ChaosHouse.Servers; host++)
            {
                if (!house.Worker(host).HasLeft) continue;
                Count("workers started by their supervisor", $"worker {host} has left with exit code {house.Worker(host).ExitCode}, and is started again");
                house.Worker(host).Start();
            }
            await Task.Delay(1000, cancellation);
        }
    }

    /// <summary>A run that begins while its host reaches no server says so and ends; whoever has started it gives the command again.</summary>
    private async Task<bool> IsBegunAgainAsync(CancellationToken cancellation)
    {
        if (house.Run.ExitCode != ExitCode.BadInput || !_wasRunCut) return false;
        while (_isRunCut) await Task.Delay(200, cancellation);
        Count("runs that began without a server", "the run found no server, and is begun again");
        _wasRunCut = false;
        house.Run.Start();
        return true;
    }

    private async Task EndOfRunAsync(CancellationToken cancellation)
    {
        while (house.Run.IsRunning || _isRunDown) await Task.Delay(200, cancellation);
    }

    private void Count(string what, string line)
    {
        lock (_counts) _counts[what] = _counts.GetValueOrDefault(what) + 1;
        tell(line);
    }

    private TimeSpan Between(double least, double most) => TimeSpan.FromSeconds(least + (_random.NextDouble() * (most - least)));

    private string[] Shuffled(string[] kinds)
    {
        _random.Shuffle(kinds);
        return kinds;
    }
}
