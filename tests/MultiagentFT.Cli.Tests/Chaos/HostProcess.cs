using System.Diagnostics;

namespace MultiagentFT.Cli.Tests.Chaos;

/// <summary>A program on a host, whose lines go to a file; killed and started again as often as one likes.</summary>
/// <param name="start">How it is started.</param>
/// <param name="log">Lines of all its lives.</param>
internal sealed class HostProcess(Func<ProcessStartInfo> start, string log) : IDisposable
{
    private readonly Lock _gate = new();
    private Process? _process;
    private volatile bool _isKilled;

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Whether it has ended, and nobody has killed it.</summary>
    public bool HasLeft => !_isKilled && _process is { HasExited: true };

    public int ExitCode => _process!.ExitCode;

    public void Start()
    {
        Write("--- started");
        var process = Process.Start(start())!;
        process.OutputDataReceived += (_, line) => Write(line.Data);
        process.ErrorDataReceived += (_, line) => Write(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        (_process, _isKilled) = (process, false);
    }

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        _isKilled = true;
        if (_process is not { } process) return;
        if (!process.HasExited) process.Kill();
        process.WaitForExit();
        process.Dispose();
        _process = null;
        Write("--- killed");
    }

    public Task WaitAsync(CancellationToken cancellation) => _process!.WaitForExitAsync(cancellation);

    public void Dispose() => Kill();

    private void Write(string? line)
    {
        if (line is null) return;
        lock (_gate) File.AppendAllLines(log, [$"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {line}"]);
    }
}
