using System.Text.Json;
using MultiagentFT.Cli.Tests.Processes;
using MultiagentFT.Gguf;
using MultiagentFT.Testing;

namespace MultiagentFT.Cli.Tests.Commands;

public sealed class AdapterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_adapter_goes_to_PEFTs_form_and_back()
    {
        var model = TinyModel.Write(_folder.File("model.gguf"));
        var adapter = TinyAdapter.Write(_folder.File("adapter.gguf"), model);

        var export = (await Mft.RunAsync(
            "adapter", "export", adapter, "--model", model, "--output", _folder.File("peft"), "--base-model", "somebody/tiny", "--json")).Succeeded();
        var import = (await Mft.RunAsync("adapter", "import", _folder.File("peft"), "--model", model, "--output", _folder.File("back.gguf"), "--json")).Succeeded();

        using var exported = JsonDocument.Parse(export.Output);
        using var imported = JsonDocument.Parse(import.Output);
        Assert.Equal(14, exported.RootElement.GetProperty("pairs").GetInt32());
        Assert.Equal("somebody/tiny", imported.RootElement.GetProperty("trainedOn").GetString());
        using var before = AdapterFile.Open(adapter);
        using var after = AdapterFile.Open(_folder.File("back.gguf"));
        Assert.Equal((before.Alpha, 14), (after.Alpha, after.Pairs.Count));
        foreach (var pair in after.Pairs)
        {
            var expected = before.Pairs.Single(other => other.BaseTensor == pair.BaseTensor);
            Assert.Equal(before.File.Read(expected.A), after.File.Read(pair.A));
            Assert.Equal(before.File.Read(expected.B), after.File.Read(pair.B));
        }
    }

    [Fact]
    public async Task A_folder_of_PEFT_is_taken_for_an_adapter()
    {
        var model = TinyModel.Write(_folder.File("model.gguf"));
        var adapter = TinyAdapter.Write(_folder.File("adapter.gguf"), model);
        (await Mft.RunAsync("adapter", "export", adapter, "--model", model, "--output", _folder.File("peft"))).Succeeded();

        foreach (var source in (string[])[adapter, _folder.File("peft"), _folder.File("peft")])
            (await Mft.RunAsync("merge", "--model", model, "--adapter", source, "--output", _folder.File($"{Path.GetFileName(source)}-merged.gguf"), "--type", "f32")).Succeeded();
        var (file, folder) = (await AnswersAsync(adapter), await AnswersAsync(_folder.File("peft")));

        using var expected = GgufFile.Open(_folder.File("adapter.gguf-merged.gguf"));
        using var merged = GgufFile.Open(_folder.File("peft-merged.gguf"));
        Assert.All(expected.Tensors, tensor => Assert.Equal(expected.Read(tensor), merged.Read(merged.RequireTensor(tensor.Name))));
        Assert.NotEmpty(file);
        Assert.Equal(file, folder);

        async Task<string[]> AnswersAsync(string source)
        {
            var output = _folder.File($"{Path.GetFileName(source)}.jsonl");
            (await Mft.RunAsync("eval", "--model", model, "--adapter", source, "--problems", "2", "--agents", "1", "--rounds", "1", "--max-new-tokens", "8", "--output", output)).Succeeded();
            return [.. File.ReadLines(output).Select(line =>
            {
                using var json = JsonDocument.Parse(line);
                return json.RootElement.GetProperty("turns")[0].GetProperty("text").GetString()!;
            })];
        }
    }

    [Fact]
    public async Task A_folder_without_an_adapter_is_refused_and_nothing_is_written()
    {
        var model = TinyModel.Write(_folder.File("model.gguf"));

        var result = await Mft.RunAsync("adapter", "import", _folder.File("none"), "--model", model, "--output", _folder.File("a.gguf"));

        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Equal($"mft: {_folder.File("none")}: expected a folder with adapter_config.json and adapter_model.safetensors, found no such folder", result.Error.Trim());
        Assert.False(File.Exists(_folder.File("a.gguf")));
        Directory.CreateDirectory(_folder.File("empty"));
        var merged = await Mft.RunAsync("merge", "--model", model, "--adapter", _folder.File("empty"), "--output", _folder.File("m.gguf"));
        Assert.Equal((ExitCode.BadInput, $"mft: {_folder.File("empty/adapter_config.json")}: expected a readable file, found Could not find file '{_folder.File("empty/adapter_config.json")}'."), (merged.Code, merged.Error.Trim()));
    }
}
