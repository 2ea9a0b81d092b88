using System.Text.Json;
using MultiagentFT.Cli.Tests.Processes;
using MultiagentFT.Gguf;
using MultiagentFT.Testing;

namespace MultiagentFT.Cli.Tests.Commands;

/// <summary>A model in parts answers, learns and is known as the same model in one file.</summary>
public sealed class PartsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _whole;
    private readonly string[] _parts;

    public PartsTests()
    {
        _whole = TinyModel.Write(_folder.File("whole.gguf"), new TinyModelOptions { TensorType = TensorType.Q8_0 });
        using var file = GgufFile.Open(_whole);
        _parts = [.. GgufWriter.WriteParts(
            _folder.File("model.gguf"), file.Metadata, [.. file.Tensors.Select(info => new TensorSource(info.Name, info.Type, info.Shape, () => file.Read(info)))], 40_000)];
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("native", "mixed")]
    [InlineData("native", "llama")]
    [InlineData("llamasharp", "mixed")]
    public async Task It_answers(string runtime, string decoder)
    {
        Assert.True(_parts.Length > 2, $"{_parts.Length} parts");
        var adapter = TinyAdapter.Write(_folder.File("adapter.gguf"), _whole);
        foreach (var (name, model) in new[] { ("whole", _whole), ("parts", _parts[0]) })
        {
            (await MftProcess.RunAsync(
                "eval", "--model", model, "--adapter", adapter, "--problems", "3", "--agents", "2", "--rounds", "2", "--max-new-tokens", "12", "--runtime", runtime, "--decoder", decoder,
                "--output", _folder.File($"{name}.jsonl"))).Succeeded();
        }

        Assert.Equal(File.ReadAllText(_folder.File("whole.jsonl")), File.ReadAllText(_folder.File("parts.jsonl")));
        Assert.Equal(3, File.ReadAllLines(_folder.File("parts.jsonl")).Length);
    }

    [Fact]
    public async Task It_is_trained_on()
    {
        var dataset = _folder.File("data.jsonl");
        File.WriteAllLines(dataset, Enumerable.Range(1, 4).Select(number =>
            $$"""{"messages":[{"role":"user","content":"What is {{number}}?"},{"role":"assistant","content":"It is {{number}}."}]}"""));
        foreach (var (name, model) in new[] { ("whole", _whole), ("parts", _parts[0]) })
        {
            Directory.CreateDirectory(_folder.File(name));
            (await Mft.RunAsync("train", "--model", model, "--dataset", dataset, "--output", _folder.File($"{name}/a.gguf"), "--rank", "2", "--threads", "1", "--keep", "nothing")).Succeeded();
        }

        // With the fingerprint of its base.
        Assert.Equal(File.ReadAllBytes(_folder.File("whole/a.gguf")), File.ReadAllBytes(_folder.File("parts/a.gguf")));
    }

    [Fact]
    public async Task A_run_notices_a_part_that_has_changed()
    {
        string[] run = ["run", "--model", _parts[0], "--output", _folder.File("run"), "--comparisons", "base", "--max-new-tokens", "4"];
        (await Mft.RunAsync([.. run, "--evaluation-problems", "2"])).Succeeded();
        using (var inputs = JsonDocument.Parse(File.ReadAllText(_folder.File("run/inputs.json"))))
            Assert.Equal(_parts.Sum(part => new FileInfo(part).Length), inputs.RootElement.GetProperty("files")[0].GetProperty("bytes").GetInt64());

        // The last byte of the last tensor.
        var last = File.ReadAllBytes(_parts[^1]);
        last[^1] ^= 1;
        File.WriteAllBytes(_parts[^1], last);

        var changed = await Mft.RunAsync([.. run, "--evaluation-problems", "3"]);
        Assert.Equal(ExitCode.BadInput, changed.Code);
        Assert.Contains(_parts[0], changed.Error, StringComparison.Ordinal);
        File.Delete(_parts[1]);
        Assert.Contains($"{_parts[1]}: expected a GGUF file, found no such file", (await Mft.RunAsync("inspect", _parts[0])).Error, StringComparison.Ordinal);
    }
}
