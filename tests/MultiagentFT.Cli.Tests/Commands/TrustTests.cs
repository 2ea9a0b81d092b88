using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using MultiagentFT.Cli.Setup;
using MultiagentFT.Cli.Tests.Processes;
using MultiagentFT.Gguf;
using MultiagentFT.Testing;

namespace MultiagentFT.Cli.Tests.Commands;

/// <summary>Files and options from somebody else.</summary>
public sealed class TrustTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--adapter: expected a file, found nothing", "eval", "--problems", "1", "--adapter", "")]
    [InlineData("--model: expected a model, found nothing", "debate", "What is 1?", "--model", "")]
    [InlineData("--society: expected a folder, found nothing", "debate", "What is 1?", "--society", "")]
    [InlineData("--output: expected a file, found nothing", "generate", "--count", "1", "--output", "")]
    [InlineData("--output: expected a folder, found nothing", "run", "--output", "")]
    [InlineData("--output: expected a file, found nothing", "merge", "--adapter", "a.gguf", "--output", "")]
    [InlineData("--output: expected a file, found nothing", "pretrain", "--output", "")]
    [InlineData("millionTokens: expected above 0 and at most 1000000, found 1E+300", "pretrain", "--output", "none.gguf", "--million-tokens", "1e300")]
    [InlineData("datasets.minimumVotes: expected 1 to the 3 agents that vote, found 9", "run", "--minimum-votes", "9")]
    [InlineData("--minimum-votes: expected 1 to the 3 agents that vote, found 9", "generate", "--count", "1", "--output", "none.jsonl", "--datasets", "none", "--minimum-votes", "9")]
    [InlineData("engine.threads, engine.lanes: expected at most ", "eval", "--problems", "1", "--threads", "1024")]
    [InlineData("engine.threads, engine.lanes: expected at most ", "eval", "--problems", "1", "--lanes", "64", "--threads", "100")]
    [InlineData("sizes that fit the ", "eval", "--problems", "1", "--slots", "256", "--kept-slots", "4096", "--slot-context", "1048576", "--lanes", "4", "--threads", "1")]
    public async Task Is_refused_in_a_sentence(string message, params string[] command)
    {
        var result = await Mft.RunAsync(command);

        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("defect", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_shrinks_while_it_is_served_ends_in_a_sentence()
    {
        if (OperatingSystem.IsWindows()) return;
        var model = Model();

        var result = await MftProcess.RunAndActAtAsync("answers", () => File.WriteAllBytes(model, []),
            "eval", "--model", model, "--decoder", "llama", "--method", "base", "--problems", "100000", "--max-new-tokens", "64");

        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Contains($"mft: {model}: expected the size that it had when it was opened, found less", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_comma_may_be_part_of_an_adapters_name()
    {
        var model = Model();
        var adapter = TinyAdapter.Write(_folder.File("a,b.gguf"), model);

        (await Mft.RunAsync("eval", "--model", model, "--adapter", adapter, "--method", "base", "--problems", "1", "--max-new-tokens", "2", "--json")).Succeeded();
    }

    [Fact]
    public async Task What_a_file_says_does_not_reach_the_terminal_as_controls()
    {
        var model = Changed(metadata => metadata.Set("general.name", "\u001b[2J\u202eevil\nmft: done"));

        var text = (await Mft.RunAsync("inspect", model)).Succeeded().Output;
        var refused = await Mft.RunAsync("inspect", _folder.File("no\u001b[31m\nmft: such file"));

        Assert.DoesNotContain('\u001b', text);
        Assert.DoesNotContain('\u202e', text);
        Assert.Contains("\\u001b[2J\\u202eevil\\nmft: done", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', refused.Error);
        Assert.Single(refused.Error.Trim().Split('\n'));
    }

    [Fact]
    public async Task Numbers_that_json_lacks_are_named()
    {
        var model = Changed(metadata =>
        {
            metadata.Set("some.number", float.NaN);
            metadata.Set("some.list", new[] { 1.5, double.NegativeInfinity });
        });

        var json = JsonNode.Parse((await Mft.RunAsync("inspect", model, "--json")).Succeeded().Output)!["metadata"]!;

        Assert.Equal("NaN", (string)json["some.number"]!);
        Assert.Equal([1.5], json["some.list"]!.AsArray().Take(1).Select(value => (double)value!));
        Assert.Equal("-Infinity", (string)json["some.list"]![1]!);
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("mixed")]
    public async Task Weights_that_are_no_numbers_are_refused_by_either_decoder(string decoder)
    {
        var model = Changed(_ => { }, (name, data) =>
        {
            if (name == "blk.1.ffn_norm.weight") BitConverter.TryWriteBytes(data.AsSpan(8), float.PositiveInfinity);
        });

        var result = await Mft.RunAsync("eval", "--model", model, "--problems", "1", "--method", "base", "--decoder", decoder);

        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Contains("blk.1.ffn_norm.weight[2]: expected a finite number, found NaN or infinity", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_output_that_cannot_be_written_is_found_before_the_work()
    {
        var model = Model();
        var adapter = TinyAdapter.Write(_folder.File("a.gguf"), model);
        var dataset = _folder.File("d.jsonl");
        await File.WriteAllTextAsync(dataset, """{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}""" + "\n");

        foreach (var command in (string[][])
        [
            ["merge", "--model", model, "--adapter", adapter, "--output", _folder.Path],
            ["train", "--model", model, "--dataset", dataset, "--output", model + "/a.gguf"],
            ["generate", "--model", model, "--count", "1", "--output", model + "/t.jsonl"],
            ["generate", "--model", model, "--count", "1", "--output", _folder.File("t.jsonl"), "--datasets", model],
            ["eval", "--model", model, "--problems", "1", "--output", model + "/t.jsonl"],
        ])
        {
            var result = await Mft.RunAsync(command);
            Assert.Equal(ExitCode.BadInput, result.Code);
            Assert.Contains("expected a ", result.Error, StringComparison.Ordinal);
        }
        Assert.False(File.Exists(_folder.File("t.jsonl")));
    }

    [Fact]
    public async Task Inspecting_a_pipe_or_a_device_ends_at_once()
    {
        if (!OperatingSystem.IsLinux()) return;
        var pipe = _folder.File("pipe.gguf");
        using (var make = Process.Start("mkfifo", [pipe])) await make.WaitForExitAsync(TestContext.Current.CancellationToken);

        var result = await Mft.RunAsync("inspect", pipe).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.BadInput, result.Code);
    }

    /// <summary>A model whose graph or vocabulary ends libllama's process, though nothing in its keys says so.</summary>
    [Fact]
    public async Task A_file_is_opened_in_a_child_process_first_and_once()
    {
        var cache = _folder.File("cache");
        var model = Model();
        string[] command = ["debate", "What is 1?", "--model", model, "--max-new-tokens", "2", "--agents", "1", "--json"];

        var first = await ProbedAsync(cache, command);
        var marks = Directory.GetFiles(Path.Combine(cache, "multiagentft", "opened"));
        var second = await ProbedAsync(cache, command);

        Assert.Equal((0, 0), (first.Code, second.Code));
        Assert.Equal(first.Output, second.Output);
        Assert.Single(marks);
        Assert.Equal(marks, Directory.GetFiles(Path.Combine(cache, "multiagentft", "opened")));
    }

    /// <summary>This architecture calls for experts, and libllama ends the process of a model that has none.</summary>
    [Fact]
    public async Task A_file_that_ends_the_process_that_opens_it_is_refused_in_a_sentence()
    {
        string model;
        using (var file = GgufFile.Open(Model()))
        {
            var metadata = new GgufMetadata();
            foreach (var (key, value) in file.Metadata)
                metadata.Set(key.Replace("llama.", "smallthinker.", StringComparison.Ordinal), value is "llama" && key == "general.architecture" ? "smallthinker" : value);
            model = _folder.File("ends.gguf");
            GgufWriter.Write(model, metadata, [.. file.Tensors.Select(tensor => new TensorSource(tensor.Name, tensor.Type, tensor.Shape, () => file.Read(tensor)))]);
        }

        var result = await ProbedAsync(_folder.File("cache"), ["debate", "What is 1?", "--model", model]);

        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Contains("ends.gguf: expected a file that the native library opens, found one that ends its process (code ", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.Trim().Split('\n'));
    }

    [Fact]
    public async Task All_settings_can_be_printed_and_read_back()
    {
        var config = (await Mft.RunAsync("generate", "--temperature", "0.5", "--grading", "strict", "--print-config")).Succeeded().Output;
        await File.WriteAllTextAsync(_folder.File("config.json"), config);
        var again = (await Mft.RunAsync("generate", "--config", _folder.File("config.json"), "--print-config")).Succeeded().Output;
        var debate = (await Mft.RunAsync("debate", "--print-config", "--rounds", "1")).Succeeded().Output;
        var schema = JsonNode.Parse((await Mft.RunAsync("run", "--print-schema")).Succeeded().Output)!;
        var refused = await Mft.RunAsync("eval", "--temperature", "0,5", "--print-config");

        Assert.Equal(config, again);
        Assert.Equal("strict", (string)JsonNode.Parse(config)!["grading"]!);
        Assert.Null(JsonNode.Parse(debate)!["task"]);
        Assert.NotNull(schema["properties"]!["iterations"]);
        Assert.Equal(ExitCode.BadInput, refused.Code);
    }

    private static async Task<MftResult> ProbedAsync(string cache, string[] arguments)
    {
        var program = TrainerProgram.Of(null, AppContext.BaseDirectory, RuntimeEnvironment.GetRuntimeDirectory());
        var start = new ProcessStartInfo(program.FileName, [.. program.Arguments, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        (start.Environment[ModelProbe.Variable], start.Environment["XDG_CACHE_HOME"]) = ("1", cache);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new MftResult(process.ExitCode, output, await error);
    }

    private string Model() => TinyModel.Write(_folder.File("model.gguf"), new TinyModelOptions { ContextLength = 2048 });

    private string Changed(Action<GgufMetadata> change, Action<string, byte[]>? changeData = null)
    {
        using var file = GgufFile.Open(Model());
        change(file.Metadata);
        var path = _folder.File("changed.gguf");
        GgufWriter.Write(path, file.Metadata, [.. file.Tensors.Select(tensor => new TensorSource(tensor.Name, tensor.Type, tensor.Shape, () =>
        {
            var data = file.Read(tensor);
            changeData?.Invoke(tensor.Name, data);
            return data;
        }))]);
        return path;
    }
}
