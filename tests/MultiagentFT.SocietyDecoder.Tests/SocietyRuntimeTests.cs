using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Testing;

namespace MultiagentFT.SocietyDecoder.Tests;

public sealed class SocietyRuntimeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("rope.scaling.type", "yarn")]
    public void WhatTheDecoderDoesNotComputeIsRefusedByName(string key, string value)
    {
        var model = TinyModel.Write(_folder.File("model.gguf"), new TinyModelOptions { RopeScaling = value });
        var error = Assert.Throws<InputException>(() => SocietyRuntime.Open(model));
        Assert.Contains(key, error.Message);
        Assert.Contains("--decoder llama", error.Message);
    }

    [Fact]
    public void HeadsOfOddLengthAreRefused()
    {
        var model = TinyModel.Write(_folder.File("model.gguf"), new TinyModelOptions { EmbeddingLength = 96 });
        Assert.Contains("multiple of 16", Assert.Throws<InputException>(() => SocietyRuntime.Open(model)).Message);
    }

    [Fact]
    public void AnAdapterOfTheOutputIsRefused()
    {
        var model = TinyModel.Write(_folder.File("model.gguf"));
        var adapter = _folder.File("adapter.gguf");
        using (var file = GgufFile.Open(TinyAdapter.Write(_folder.File("block.gguf"), model, new TinyAdapterOptions { Targets = ["attn_q"] })))
        {
            GgufWriter.Write(adapter, file.Metadata,
            [
                Zeroes("output.weight.lora_a", 64, 2),
                Zeroes("output.weight.lora_b", 2, TinyVocabulary.Size),
            ]);
        }
        using var runtime = SocietyRuntime.Open(model);
        Assert.Contains("output.weight", Assert.Throws<InputException>(() => runtime.LoadAdapter(adapter)).Message);

        static TensorSource Zeroes(string name, long inputs, long outputs) =>
            new(name, TensorType.F32, [inputs, outputs], () => new byte[inputs * outputs * sizeof(float)]);
    }

    public void Dispose() => _folder.Dispose();
}
