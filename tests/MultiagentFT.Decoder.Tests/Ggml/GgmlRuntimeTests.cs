using MultiagentFT.Contracts.Generation;
using MultiagentFT.Decoder.Ggml;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Native.Library;
using MultiagentFT.Runtimes;
using MultiagentFT.Testing;

namespace MultiagentFT.Decoder.Tests.Ggml;

public sealed class GgmlRuntimeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void ADeviceIsTakenByName()
    {
        var model = TinyModel.Write(_folder.File("model.gguf"));
        using var runtime = GgmlRuntime.Open(model, new GgmlRuntimeOptions { Device = "CPU" });
        Assert.Equal(DeviceKind.Cpu, runtime.Device.Kind);
        using var file = ModelFile.Open(model);
        Assert.InRange(runtime.WeightBytes, file.WeightBytes, file.WeightBytes + (file.File.Tensors.Count * 64));
        var error = Assert.Throws<InputException>(() => GgmlRuntime.Open(model, new GgmlRuntimeOptions { Device = "CPU9" }));
        Assert.Contains("CPU9", error.Message);
        Assert.Contains("found devices", error.Message);
    }

    [Fact]
    public void WithoutANameAGpuComesFirst()
    {
        using var runtime = GgmlRuntime.Open(TinyModel.Write(_folder.File("model.gguf")));
        Assert.Equal(GgmlLibrary.Instance.HasGpu, runtime.Device.Kind != DeviceKind.Cpu);
    }

    [Fact]
    public void WhatTheDecoderDoesNotComputeIsRefused()
    {
        var model = TinyModel.Write(_folder.File("model.gguf"), new TinyModelOptions { RopeScaling = "yarn" });
        var error = Assert.Throws<InputException>(() => TestDevice.Open(model));
        Assert.Contains("llama.rope.scaling.type", error.Message);
    }

    [Fact]
    public void OptionsOutOfRangeAreRefused()
    {
        using var runtime = TestDevice.Open(TinyModel.Write(_folder.File("model.gguf")));
        Assert.Throws<InputException>(() => runtime.CreateContext(new ContextOptions { Slots = 0 }));
    }

    [Fact]
    public void TheOutputMatrixCanHaveAnAdapter()
    {
        var model = TinyModel.Write(_folder.File("model.gguf"));
        var path = TinyAdapter.Write(_folder.File("adapter.gguf"), model, new TinyAdapterOptions { Targets = ["attn_q"] });
        var changed = _folder.File("output.gguf");
        using (var file = GgufFile.Open(path))
        {
            GgufWriter.Write(changed, file.Metadata,
            [
                Factor("output.weight.lora_a", 64, 2, seed: 1),
                Factor("output.weight.lora_b", 2, TinyVocabulary.Size, seed: 2),
            ]);
        }
        using var ours = TestDevice.Open(model);
        using var theirs = ModelRuntimes.Open(model, new Native.LlamaRuntimeOptions { GpuLayers = 0 });
        using var own = ours.LoadAdapter(changed);
        using var their = theirs.LoadAdapter(changed);
        ours.AssertFollows(theirs, [3, 80, 81, 150], 24, noise: 2e-3f, own, their);

        static TensorSource Factor(string name, long inputs, long outputs, ulong seed) =>
            new(name, TensorType.F32, [inputs, outputs], () => Native.Tensors.TensorCodec.Quantize(
                TensorType.F32, RandomWeights.Uniform(seed, name, inputs * outputs, 0, 0.2f), inputs));
    }

    public void Dispose() => _folder.Dispose();
}
