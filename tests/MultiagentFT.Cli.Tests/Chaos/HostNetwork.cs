using System.Diagnostics;
using System.Globalization;

namespace MultiagentFT.Cli.Tests.Chaos;

/// <summary>Hosts as Linux network namespaces on one switch, with links that can be cut. Takes root.</summary>
internal sealed class HostNetwork : IDisposable
{
    private const string Bridge = "br0";
    private readonly string _prefix = string.Create(CultureInfo.InvariantCulture, $"mft{Environment.ProcessId % 100_000}");
    private readonly int _hosts;

    /// <param name="hosts">How many.</param>
    public HostNetwork(int hosts)
    {
        _hosts = hosts;
        Ip("netns", "add", Switch);
        Ip("-n", Switch, "link", "add", Bridge, "type", "bridge");
        Ip("-n", Switch, "link", "set", Bridge, "up");
        for (var host = 0; host < hosts; host++)
        {
            Ip("netns", "add", NameOf(host));
            Ip("link", "add", LinkOf(host), "netns", Switch, "type", "veth", "peer", "name", "eth0", "netns", NameOf(host));
            Ip("-n", Switch, "link", "set", LinkOf(host), "master", Bridge, "up");
            Ip("-n", NameOf(host), "addr", "add", AddressOf(host) + "/24", "dev", "eth0");
            Ip("-n", NameOf(host), "link", "set", "eth0", "up");
            Ip("-n", NameOf(host), "link", "set", "lo", "up");
        }
        // This process looks on from a port of its own.
        Ip("link", "add", Outside, "type", "veth", "peer", "name", LinkOf(hosts), "netns", Switch);
        Ip("-n", Switch, "link", "set", LinkOf(hosts), "master", Bridge, "up");
        Ip("addr", "add", AddressOf(hosts) + "/24", "dev", Outside);
        Ip("link", "set", Outside, "up");
    }

    private string Switch => _prefix + "sw";

    private string Outside => _prefix + "o";

    public static string AddressOf(int host) => string.Create(CultureInfo.InvariantCulture, $"10.77.0.{host + 1}");

    /// <summary>A command line that starts a program on a host; its process id is the program's.</summary>
    public ProcessStartInfo On(int host, string program, IEnumerable<string> arguments) => new("ip", ["netns", "exec", NameOf(host), program, .. arguments])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        UseShellExecute = false,
    };

    public void Cut(int host) => Ip("-n", Switch, "link", "set", LinkOf(host), "down");

    public void Heal(int host) => Ip("-n", Switch, "link", "set", LinkOf(host), "up");

    public void Dispose()
    {
        Ip("link", "del", Outside);
        for (var host = 0; host < _hosts; host++) Ip("netns", "del", NameOf(host));
        Ip("netns", "del", Switch);
    }

    private string NameOf(int host) => string.Create(CultureInfo.InvariantCulture, $"{_prefix}h{host}");

    private string LinkOf(int host) => string.Create(CultureInfo.InvariantCulture, $"{_prefix}v{host}");

    private static void Ip(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"ip {string.Join(' ', arguments)}: {error}");
    }
}
