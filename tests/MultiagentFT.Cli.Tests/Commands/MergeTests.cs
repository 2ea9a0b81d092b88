using System.Text.Json;
using MultiagentFT.Cli.Tests.Processes;
using MultiagentFT.Gguf;
using MultiagentFT.Testing;

namespace MultiagentFT.Cli.Tests.Commands;

public sealed class MergeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("same", TensorType.F32)]
    [InlineData("f16", TensorType.F16)]
    [InlineData("q8_0", TensorType.Q8_0)]
    public async Task A_merged_model_has_the_type_that_was_asked_for(string name, TensorType type)
    {
        var model = TinyModel.Write(_folder.File("model.gguf"));
        var adapter = TinyAdapter.Write(_folder.File("adapter.gguf"), model);
        var merged = _folder.File("merged.gguf");

        string[] command = ["merge", "--model", model, "--adapter", adapter, "--output", merged, "--type", name, "--json"];
        var result = (await Mft.RunAsync(command)).Succeeded();

        using var file = ModelFile.Open(merged);
        using var json = JsonDocument.Parse(result.Output);
        Assert.Equal(type, file.File.RequireTensor("blk.0.attn_q.weight").Type);
        Assert.Equal(TensorType.F32, file.File.RequireTensor("output_norm.weight").Type);
        Assert.Equal(file.Fingerprint, json.RootElement.GetProperty("fingerprint").GetString());
    }

    [Fact]
    public async Task Inputs_are_not_overwritten()
    {
        var model = TinyModel.Write(_folder.File("model.gguf"));
        var adapter = TinyAdapter.Write(_folder.File("adapter.gguf"), model);
        var before = File.ReadAllBytes(model);

        var result = await Mft.RunAsync("merge", "--model", model, "--adapter", adapter, "--output", model);

        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Equal(before, File.ReadAllBytes(model));
    }

    [Fact]
    public async Task Other_types_are_refused()
    {
        var result = await Mft.RunAsync("merge", "--model", "m", "--adapter", "a", "--output", "o", "--type", "q4_K");

        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Equal("mft: --type: expected f16, f32, q8_0, q4_0 or same, found q4_K", result.Error.Trim());
    }
}
