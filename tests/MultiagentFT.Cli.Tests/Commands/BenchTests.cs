using System.Text.Json;
using MultiagentFT.Cli.Tests.Processes;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Server;
using MultiagentFT.Serving;
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
            ["base", "mixed", "grouped", "contexts", "sequential"], rows.Select(row => row.GetProperty("arrangement").GetString()));
        Assert.All(rows, row => Assert.True(row.GetProperty("stepMilliseconds").GetDouble() > 0));
        Assert.All(rows, row => Assert.Equal(2, row.GetProperty("rows").GetInt32()));
        Assert.NotEmpty(json.RootElement.GetProperty("commit").GetString()!);
        Assert.NotEmpty(json.RootElement.GetProperty("machine").GetProperty("processor").GetString()!);
    }

    [Fact]
    public async Task Decode_computes_prompts()
    {
        var model = TinyModel.Write(_folder.File("model.gguf"));

        var result = (await Mft.RunAsync(
            "bench", "decode", "--model", model, "--adapters", "2", "--rows", "2", "--prompt", "20", "--rank", "2", "--repeats", "2", "--threads", "1",
            "--json")).Succeeded();

        using var json = JsonDocument.Parse(result.Output);
        var rows = json.RootElement.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(5, rows.Count);
        Assert.All(rows, row => Assert.Equal(20, row.GetProperty("promptTokens").GetInt32()));
        Assert.All(rows, row => Assert.Equal(2, row.GetProperty("repeats").GetInt32()));
        Assert.All(rows, row => Assert.Equal(
            40_000 / row.GetProperty("stepMilliseconds").GetDouble(), row.GetProperty("tokensPerSecond").GetDouble(), 6));
    }

    [Fact]
    public async Task Serve_takes_turns_in_process_by_http_and_by_another_server()
    {
        // The other server is this product's too, with the same adapters under other names.
        var model = TinyModel.Write(_folder.File("model.gguf"));
        string[] load = ["bench", "serve", "--model", model, "--adapters", "2", "--rank", "2", "--files", _folder.File("files")];
        var written = (await Mft.RunAsync([.. load, "--files-only"])).Succeeded();
        string[] files = [model, _folder.File("files/adapter-0.gguf"), _folder.File("files/adapter-1.gguf")];
        Assert.Equal(files, written.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var society = new SocietyOptions(model) { Adapters = [new AgentAdapter("a", 1, files[1]), new AgentAdapter("b", 1, files[2])] };
        await using var other = await ServedSociety.OpenAsync(society with { Engine = new EngineOptions { Threads = 1, SlotContext = 256 } });
        await using var host = await SocietyHost.StartAsync(other, null, new HostOptions { Port = 0 });
        string[] small = ["--clients", "3", "--requests", "2", "--rounds", "2", "--prompt-words", "4", "--answer-tokens", "6", "--threads", "1"];

        var result = (await Mft.RunAsync([.. load, .. small, "--url", $"{host.Address}v1", "--url-models", "a,b", "--json"])).Succeeded();
        var table = (await Mft.RunAsync([.. load, .. small])).Succeeded();
        var refused = await Mft.RunAsync([.. load, .. small, "--url", $"{host.Address}v1", "--url-lora"]);

        using var json = JsonDocument.Parse(result.Output);
        var rows = json.RootElement.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(["in process", "http", $"{host.Address}v1/"], rows.Select(row => row.GetProperty("target").GetString()));
        Assert.All(rows, row => Assert.Equal(12, row.GetProperty("requests").GetInt32()));
        Assert.All(rows[..2], row => Assert.Equal(72, row.GetProperty("generatedTokens").GetInt32()));
        Assert.All(rows, row => Assert.Equal(
            row.GetProperty("tokensPerSecond").GetDouble() / rows[0].GetProperty("tokensPerSecond").GetDouble(), row.GetProperty("speedRatio").GetDouble(), 9));
        Assert.All(rows, row => Assert.True(row.GetProperty("firstTokenP95").GetDouble() >= row.GetProperty("firstTokenP50").GetDouble()));
        Assert.NotEmpty(json.RootElement.GetProperty("commit").GetString()!);
        Assert.Matches(@"way +clients +adapters +requests +tokens/s", table.Output);
        // This server refuses what it does not know.
        Assert.Equal(2, refused.Code);
        Assert.Contains("expected a streamed chat completion with usage, found 4", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--clients: expected 1 to 256, found 0", "--clients", "0")]
    [InlineData("--url: expected http(s)://HOST/PATH, found ftp://x", "--url", "ftp://x", "--url-lora")]
    [InlineData("--url-models: expected 7 names, one an adapter, or --url-lora, found 0", "--url", "http://127.0.0.1:1/v1")]
    [InlineData("--url-lora: expected --url, found options that would be ignored", "--url-lora")]
    [InlineData("--files-only: expected --files, found", "--files-only")]
    public async Task What_serve_cannot_measure_is_one_sentence(string reason, params string[] options)
    {
        var result = await Mft.RunAsync(["bench", "serve", .. options]);

        Assert.Equal(2, result.Code);
        Assert.Contains(reason, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decode_prints_a_table()
    {
        var model = TinyModel.Write(_folder.File("model.gguf"));

        var result = (await Mft.RunAsync(
            "bench", "decode", "--model", model, "--adapters", "0,1", "--rows", "1", "--repeats", "1", "--threads", "1")).Succeeded();

        Assert.Matches(@"rows +adapters +prompt +base ms +mixed ms +grouped ms +contexts ms +sequential ms", result.Output);
        Assert.Matches(@"(?m)^ +1 +0 +0 +\d+\.\d\d +\d+\.\d\d *$", result.Output);
        Assert.Matches(@"(?m)^ +1 +1 +0( +\d+\.\d\d){5} *$", result.Output);
    }

    [Fact]
    public async Task Train_prints_what_it_measured()
    {
        var model = TinyModel.Write(_folder.File("model.gguf"));

        var result = (await Mft.RunAsync(
            "bench", "train", "--model", model, "--length", "64", "--batch-tokens", "64", "--steps", "1", "--threads", "1", "--rank", "2", "--json")).Succeeded();

        using var json = JsonDocument.Parse(result.Output);
        var row = json.RootElement.GetProperty("results").EnumerateArray().Single();
        Assert.Equal(
            ["shape", "quant", "objective", "adapters", "sideBySide", "rank", "length", "batchTokens", "steps", "keep", "keptBlocks", "tokensPerSecond", "peakShare", "peakOperationsPerSecond", "plannedBytes", "peakBytes"],
            row.EnumerateObject().Select(property => property.Name));
        Assert.Equal(("model", "f32", "supervised", 1, 2), (row.GetProperty("shape").GetString(), row.GetProperty("quant").GetString(), row.GetProperty("objective").GetString(), row.GetProperty("steps").GetInt32(), row.GetProperty("rank").GetInt32()));
        Assert.True(row.GetProperty("tokensPerSecond").GetDouble() > 0);
        Assert.NotEmpty(json.RootElement.GetProperty("commit").GetString()!);
    }

    [Theory]
    [InlineData("--length: expected 32 to 65536, found 3", "--length", "3")]
    [InlineData("training option objective: expected supervised, dpo, dpo-norm, kto, found dppo (did you mean dpo?)", "--objectives", "dppo")]
    [InlineData("--adapters: expected whole numbers separated by commas, found x", "--adapters", "1,x")]
    public async Task Train_refuses_what_it_cannot_measure(string error, params string[] arguments)
    {
        var result = await Mft.RunAsync(["bench", "train", .. arguments]);

        Assert.Equal((2, $"mft: {error}\n"), (result.Code, result.Error));
    }

    [Fact]
    public async Task Debate_prints_every_decoder_as_json()
    {
        var model = TinyModel.Write(_folder.File("model.gguf"), new TinyModelOptions { ContextLength = 4096 });

        var result = (await Mft.RunAsync(
            "bench", "debate", "--model", model, "--agents", "2", "--debates", "1", "--rank", "2", "--answer-tokens", "8", "--threads", "1",
            "--json")).Succeeded();

        using var json = JsonDocument.Parse(result.Output);
        var rows = json.RootElement.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(["llama", "mixed"], rows.Select(row => row.GetProperty("decoder").GetString()));
        Assert.All(rows, row => Assert.Equal(8, row.GetProperty("answerTokens").GetInt32()));
        Assert.All(rows, row => Assert.Equal(6 * 8, row.GetProperty("generatedTokens").GetInt32()));
        Assert.NotEmpty(json.RootElement.GetProperty("commit").GetString()!);
        Assert.NotEmpty(json.RootElement.GetProperty("machine").GetProperty("processor").GetString()!);
    }

    [Fact]
    public async Task Debate_prints_a_table()
    {
        var model = TinyModel.Write(_folder.File("model.gguf"), new TinyModelOptions { ContextLength = 4096 });

        var result = (await Mft.RunAsync(
            "bench", "debate", "--model", model, "--decoders", "mixed", "--agents", "2", "--rounds", "1", "--debates", "1", "--rank", "2",
            "--answer-tokens", "8", "--threads", "1")).Succeeded();

        Assert.Matches(@"decoder +agents +rounds +debates +tokens a debate +prompt +cached +p50 ms +p95 ms +first token ms +tokens/s", result.Output);
        Assert.Matches(@"(?m)^ +mixed +2 +1 +1 +16 +\d+ +\d+( +\d+\.\d){3} +[\d,]+ *$", result.Output);
    }

    [Theory]
    [InlineData("--agents, --answer-tokens: expected no --society", "--society x --agents 3 --answer-tokens 4")]
    [InlineData("--shape, --quant: expected no --society", "--society x --shape llama-0.4b --quant q8_0")]
    [InlineData("--quant: expected --shape", "--quant q8_0")]
    [InlineData("--quant: expected no --model", "--quant q8_0 --model x.gguf")]
    [InlineData("--shape: expected llama-0.4b", "--shape gpt-5")]
    [InlineData("--answer-tokens: expected 1 to 4096, found 0", "--answer-tokens 0")]
    [InlineData("--debates: expected 1 to 10000, found 0", "--debates 0")]
    [InlineData("--config: expected --society", "--config x.json")]
    [InlineData("--print-config: expected --society", "--print-config")]
    [InlineData("x: expected a run folder, found no such folder", "--society x")]
    public async Task Debate_refuses_what_it_would_ignore(string message, string options)
    {
        var result = await Mft.RunAsync(["bench", "debate", .. options.Split(' ')]);

        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shape_that_nobody_knows_is_refused()
    {
        var result = await Mft.RunAsync("bench", "decode", "--shape", "gpt-5");

        Assert.Equal(2, result.Code);
        Assert.Contains("--shape: expected llama-0.4b", result.Error, StringComparison.Ordinal);
    }
}
