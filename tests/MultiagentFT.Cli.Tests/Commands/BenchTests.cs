using System.Text.Json;
using MultiagentFT.Cli.Tests.Processes;
using MultiagentFT.Testing;

namespace MultiagentFT.Cli.Tests.Commands;

public sealed class BenchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Decode_prints_every_arrangement_as_json()
    {
        var model = TinyModel.Write(_folder.File("model.gguf"));

        var result = (await Mft.RunAsync(
            "bench", "decode", "--model", model, "--adapters", "2", "--rows", "2", "--rank", "2", "--repeats", "2", "--threads", "1", "--json")).Succeeded();

        using var json = JsonDocument.Parse(result.Output);
        var rows = json.RootElement.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(
            ["base", "society", "grouped", "contexts", "sequential"], rows.Select(row => row.GetProperty("arrangement").GetString()));
        Assert.All(rows, row => Assert.True(row.GetProperty("stepMilliseconds").GetDouble() > 0));
        Assert.All(rows, row => Assert.Equal(2, row.GetProperty("rows").GetInt32()));
        Assert.NotEmpty(json.RootElement.GetProperty("commit").GetString()!);
        Assert.NotEmpty(json.RootElement.GetProperty("machine").GetProperty("processor").GetString()!);
    }

    [Fact]
    public async Task Decode_prints_a_table()
    {
        var model = TinyModel.Write(_folder.File("model.gguf"));

        var result = (await Mft.RunAsync(
            "bench", "decode", "--model", model, "--adapters", "0,1", "--rows", "1", "--repeats", "1", "--threads", "1")).Succeeded();

        Assert.Matches(@"rows +adapters +base ms +society ms +grouped ms +contexts ms +sequential ms", result.Output);
        Assert.Matches(@"(?m)^ +1 +0 +\d+\.\d\d +\d+\.\d\d *$", result.Output);
        Assert.Matches(@"(?m)^ +1 +1( +\d+\.\d\d){5} *$", result.Output);
    }

    [Fact]
    public async Task A_shape_that_nobody_knows_is_refused()
    {
        var result = await Mft.RunAsync("bench", "decode", "--shape", "gpt-5");

        Assert.Equal(2, result.Code);
        Assert.Contains("--shape: expected llama-0.4b", result.Error, StringComparison.Ordinal);
    }
}
