using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using MultiagentFT.Cli;
using MultiagentFT.Cli.Setup;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;

namespace MultiagentFT.Fuzz.Tests.Readers;

/// <summary>Opens models and adapters in a process of their own, as the product does with files that it has not opened before.</summary>
internal sealed class ChildProcess(string subject)
{
    /// <summary>Of processor time: the machine may have more to do.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly Dictionary<int, int> _codes = [];
    private readonly List<string> _ends = [];

    /// <summary>A model of noise answers a token or is refused; an end of the process is found by the product, and counted here.</summary>
    public async Task OpenAsync(Mutant mutant, DecoderKind decoder, string model, params string[] adapters)
    {
        var job = new ProbeJob(model, adapters, new EngineOptions { Decoder = decoder, Threads = 1 });
        var program = TrainerProgram.Of(null, AppContext.BaseDirectory, RuntimeEnvironment.GetRuntimeDirectory());
        using var process = Process.Start(new ProcessStartInfo(program.FileName, [.. program.Arguments, ModelProbe.Command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(JsonSerializer.Serialize(job, JsonFormats.Line));
        process.StandardInput.Close();
        var isHanging = false;
        while (!process.HasExited)
        {
            await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(TimeSpan.FromSeconds(1)));
            if (process.HasExited || process.TotalProcessorTime < Longest) continue;
            isHanging = true;
            process.Kill();
        }
        await output;
        var message = await errors;
        _codes[process.ExitCode] = _codes.GetValueOrDefault(process.ExitCode) + 1;
        Assert.False(isHanging, $"{mutant.Damage}: hangs in a process of its own ({decoder})");
        Assert.True(process.ExitCode != ExitCode.Failure && process.ExitCode != 130, $"{mutant.Damage}: {decoder} ends with {process.ExitCode}: {message}");
        if (process.ExitCode is not (ExitCode.Success or ExitCode.BadInput)) _ends.Add($"{decoder}, code {process.ExitCode}, {mutant.Damage}: {message.Trim().Split('\n')[^1]}");
    }

    /// <summary>Says how they ended.</summary>
    public void Report()
    {
        foreach (var end in _ends) FuzzSettings.Log($"{subject}: the process ends, {end}");
        FuzzSettings.Log($"{subject} in processes of their own: {string.Join(", ", _codes.OrderBy(code => code.Key).Select(code => $"code {code.Key}: {code.Value}"))}");
    }
}
