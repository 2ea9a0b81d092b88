using MultiagentFT.Decoder.Cpu;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Testing;

namespace MultiagentFT.Decoder.Tests;

public sealed class CpuRuntimeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("rope.scaling.type", "yarn")]
    [InlineData("attention.scale", 0.1f)]
    [InlineData("logit_scale", 2f)]
    [InlineData("attention.causal", false)]
    public void WhatTheDecoderDoesNotComputeIsRefusedByName(string key, object value)
    {
        var error = Assert.Throws<InputException>(() => CpuRuntime.Open(With(key, value)));
        Assert.Contains($"llama.{key}", error.Message);
        Assert.Contains("--decoder llama", error.Message);
    }

    [Theory]
    [InlineData("rope.scaling.factor", 1f)]
    [InlineData("rope.scaling.type", "none")]
    [InlineData("rope.scale_linear", 2f)]
    [InlineData("attention.causal", true)]
    public void WhatTheDecoderComputesIsTaken(string key, object value) => CpuRuntime.Open(With(key, value)).Dispose();

    [Fact]
    public void ATensorThatTheDecoderDoesNotKnowIsRefused()
    {
        var plain = TinyModel.Write(_folder.File("plain.gguf"));
        var model = _folder.File("model.gguf");
        using (var file = GgufFile.Open(plain))
        {
            GgufWriter.Write(model, file.Metadata,
            [
                .. file.Tensors.Select(tensor => Copy(file, tensor)),
                new TensorSource("blk.1.ffn_down.bias", TensorType.F32, [64], () => new byte[64 * sizeof(float)]),
            ]);
        }
        Assert.Contains("blk.1.ffn_down.bias", Assert.Throws<InputException>(() => CpuRuntime.Open(model)).Message);
    }

    [Fact]
    public void HeadsOfOddLengthAreRefused()
    {
        var model = TinyModel.Write(_folder.File("model.gguf"), new TinyModelOptions { EmbeddingLength = 96 });
        Assert.Contains("multiple of 16", Assert.Throws<InputException>(() => CpuRuntime.Open(model)).Message);
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
        using var runtime = CpuRuntime.Open(model);
        Assert.Contains("output.weight", Assert.Throws<InputException>(() => runtime.LoadAdapter(adapter)).Message);

        static TensorSource Zeroes(string name, long inputs, long outputs) =>
            new(name, TensorType.F32, [inputs, outputs], () => new byte[inputs * outputs * sizeof(float)]);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>A model with one more key.</summary>
    private string With(string key, object value)
    {
        var plain = TinyModel.Write(_folder.File("plain.gguf"));
        var model = _folder.File("model.gguf");
        using var file = GgufFile.Open(plain);
        switch (value)
        {
            case float number: file.Metadata.Set("llama." + key, number); break;
            case bool truth: file.Metadata.Set("llama." + key, truth); break;
            default: file.Metadata.Set("llama." + key, (string)value); break;
        }
        GgufWriter.Write(model, file.Metadata, [.. file.Tensors.Select(tensor => Copy(file, tensor))]);
        return model;
    }

    private static TensorSource Copy(GgufFile file, TensorInfo tensor)
    {
        var data = file.Read(tensor);
        return new TensorSource(tensor.Name, tensor.Type, tensor.Shape, () => data);
    }
}
