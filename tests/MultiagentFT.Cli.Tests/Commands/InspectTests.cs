using System.Text.Json;
using MultiagentFT.Cli.Tests.Processes;
using MultiagentFT.Testing;

namespace MultiagentFT.Cli.Tests.Commands;

public sealed class InspectTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_model_is_described()
    {
        var model = TinyModel.Write(_folder.File("model.gguf"));

        var text = (await Mft.RunAsync("inspect", model)).Succeeded().Output;
        using var json = JsonDocument.Parse((await Mft.RunAsync("inspect", model, "--json")).Succeeded().Output);

        Assert.Contains("model tiny llama: llama", text, StringComparison.Ordinal);
        Assert.Contains("blk.1.ffn_down.weight", text, StringComparison.Ordinal);
        Assert.Contains("[128, 64]", text, StringComparison.Ordinal);
        Assert.Equal("model", json.RootElement.GetProperty("kind").GetString());
        Assert.Equal(512, json.RootElement.GetProperty("contextLength").GetInt32());
        var metadata = json.RootElement.GetProperty("metadata");
        Assert.Equal($"{TinyVocabulary.Size} values", metadata.GetProperty("tokenizer.ggml.tokens").GetString());
        Assert.Equal(21, json.RootElement.GetProperty("tensors").GetArrayLength());
    }

    [Fact]
    public async Task An_adapter_is_described()
    {
        var model = TinyModel.Write(_folder.File("model.gguf"));
        var adapter = TinyAdapter.Write(_folder.File("adapter.gguf"), model, new TinyAdapterOptions { Targets = ["attn_q", "ffn_up"] });

        var text = (await Mft.RunAsync("inspect", adapter)).Succeeded().Output;
        using var json = JsonDocument.Parse((await Mft.RunAsync("inspect", adapter, "--json")).Succeeded().Output);

        Assert.Contains("LoRA adapter adapter: llama, rank 4, alpha 8", text, StringComparison.Ordinal);
        Assert.Contains("targets attn_q, ffn_up", text, StringComparison.Ordinal);
        Assert.Equal("adapter", json.RootElement.GetProperty("kind").GetString());
        Assert.Equal(4, json.RootElement.GetProperty("targets").GetArrayLength());
    }
}
