using System.Diagnostics;
using System.Text;
using System.Text.Json;
using MultiagentFT.Foundation;

namespace MultiagentFT.Runs.Training;

/// <summary>A trainer process, which prints JSON lines and stops when its standard input ends.</summary>
internal sealed class TrainerChild : IAsyncDisposable
{
    /// <summary>The exit code that blames the job; every other one is an accident.</summary>
    private const int BadInput = 2;

    private readonly Process _process;
    private readonly LastLines _errors = new(20);

    private TrainerChild(Process process) => _process = process;

    /// <summary>After the end: whether the job was to blame.</summary>
    public bool BlamesTheJob => _process.ExitCode == BadInput;

    /// <summary>After the end.</summary>
    public bool HasSucceeded => _process.ExitCode == 0;

    /// <summary>Takes orders, a line each.</summary>
    public StreamWriter Input => _process.StandardInput;

    /// <param name="command">How it is started.</param>
    /// <param name="arguments">After <c>train</c>.</param>
    /// <exception cref="InputException">There is no such program.</exception>
    public static TrainerChild Start(TrainerCommand command, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(command.FileName, [.. command.Arguments, "train", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            UseShellExecute = false,
        };
        try
        {
            return new TrainerChild(Process.Start(start)!);
        }
        catch (Exception error) when (error is System.ComponentModel.Win32Exception or IOException)
        {
            throw new InputException(command.FileName, null, "a trainer program that starts", error.Message, error);
        }
    }

    /// <summary>Hands over what it prints, until it has ended. A native library may print to standard output as well: what is no message is kept as one for people.</summary>
    public async Task ReadAsync<T>(Action<T> take, CancellationToken cancellation)
        where T : class
    {
        await Task.WhenAll(MessagesAsync(), ErrorsAsync()).ConfigureAwait(false);
        await _process.WaitForExitAsync(cancellation).ConfigureAwait(false);

        async Task MessagesAsync()
        {
            while (await _process.StandardOutput.ReadLineAsync(cancellation).ConfigureAwait(false) is { } line)
            {
                if (Parse<T>(line) is { } message) take(message);
                else _errors.Add(line);
            }
        }

        async Task ErrorsAsync()
        {
            while (await _process.StandardError.ReadLineAsync(cancellation).ConfigureAwait(false) is { } line) _errors.Add(line);
        }
    }

    /// <summary>After the end: why an adapter is not there.</summary>
    public string Reason(string output) => $"training of {output}: the trainer exited with code {_process.ExitCode}: {_errors}";

    /// <summary>Ends it with all that it has started.</summary>
    public async Task KillAsync()
    {
        if (_process.HasExited) return;
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It exited between the two lines.
        }
        await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync().ConfigureAwait(false);
        _process.Dispose();
    }

    private static T? Parse<T>(string line)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, JsonFormats.Line);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
