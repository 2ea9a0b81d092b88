using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace MultiagentFT.Cluster.Tests.Servers;

/// <summary>A nats-server with JetStream on a port of its own; its data goes with it.</summary>
internal sealed class NatsServer : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mft-nats-");
    private readonly int _port = FreePort();
    private Process? _process;

    /// <param name="configuration">More lines of the server's configuration.</param>
    /// <param name="limits">More of its part on JetStream.</param>
    public NatsServer(string configuration = "", string limits = "")
    {
        WriteConfiguration(configuration, limits);
        Start();
    }

    public string Url => $"nats://127.0.0.1:{_port}";

    public string UrlOf(string user, string password) => $"nats://{user}:{password}@127.0.0.1:{_port}";

    /// <summary>Starts it on the same port and data.</summary>
    public void Start()
    {
        var start = new ProcessStartInfo(Program(), ["-c", Path.Combine(_folder.FullName, "server.conf")])
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        _process = Process.Start(start)!;
        var lines = new System.Collections.Concurrent.ConcurrentQueue<string?>();
        _process.ErrorDataReceived += (_, line) => lines.Enqueue(line.Data);
        _process.BeginErrorReadLine();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var client = new TcpClient();
                client.Connect(IPAddress.Loopback, _port);
                return;
            }
            catch (SocketException)
            {
                if (attempt >= 300 || _process.HasExited) throw new InvalidOperationException("nats-server does not start:\n" + string.Join('\n', lines));
                Thread.Sleep(50);
            }
        }
    }

    /// <summary>Gives it another configuration while it runs.</summary>
    public void Configure(string configuration)
    {
        WriteConfiguration(configuration, "");
        using var signal = Process.Start("kill", ["-HUP", $"{_process!.Id}"]);
        signal.WaitForExit();
    }

    /// <summary>Kills it; what it has acknowledged stays.</summary>
    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    public void Dispose()
    {
        Kill();
        _folder.Delete(recursive: true);
    }

    private void WriteConfiguration(string configuration, string limits) => File.WriteAllText(
        Path.Combine(_folder.FullName, "server.conf"),
        $"listen: \"127.0.0.1:{_port}\"\njetstream {{ store_dir: \"{Path.Combine(_folder.FullName, "data")}\"\n{limits} }}\n{configuration}\n");

    /// <summary>Debian has it in sbin, which is not on everybody's path.</summary>
    public static string Program()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin").Append("/usr/local/bin");
        return folders.Select(folder => Path.Combine(folder, "nats-server")).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("nats-server is not on the path: apt-get install nats-server");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
