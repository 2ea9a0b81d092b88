using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace MultiagentFT.Remote.Tests.Commands;

/// <summary><c>mft serve</c> on a free port.</summary>
internal sealed class ServeProcess : IAsyncDisposable
{
    private const string Listening = "listening on ";

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _errors = [];
    private readonly HttpClient _http = new();

    private ServeProcess(Process process)
    {
        _process = process;
        _process.ErrorDataReceived += (_, line) => _errors.Enqueue(line.Data ?? "");
        _process.BeginErrorReadLine();
    }

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    public static async Task<ServeProcess> StartAsync(params string[] options)
    {
        var server = new ServeProcess(Mft.Open(["serve", "--port", "0", .. options]));
        var line = await server._process.StandardOutput.ReadLineAsync();
        Assert.True(line?.StartsWith(Listening, StringComparison.Ordinal) == true, $"{line}\n{string.Join('\n', server._errors)}");
        server.Address = new Uri(line![Listening.Length..]);
        return server;
    }

    /// <summary>The items of a list, such as <c>fine_tuning/jobs</c>.</summary>
    public async Task<IReadOnlyList<JsonElement>> ListAsync(string path)
    {
        using var document = JsonDocument.Parse(await _http.GetStringAsync(new Uri(Address, $"/v1/{path}")));
        return [.. document.RootElement.GetProperty("data").EnumerateArray().Select(item => item.Clone())];
    }

    /// <summary>Kills it alone: what it has started has to notice by itself.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
    }
}
