using MultiagentFT.Decoder.Ggml;
using MultiagentFT.Gguf;

namespace MultiagentFT.Decoder.Tests.Ggml;

/// <summary>The device that these tests run on: the CPU, unless MFT_TEST_DEVICE names another one.</summary>
internal static class TestDevice
{
    public static string Name { get; } = Environment.GetEnvironmentVariable("MFT_TEST_DEVICE") is { Length: > 0 } name ? name : "CPU";

    public static GgmlRuntime Open(string model, bool? flashAttention = null, TensorType? factorType = null) =>
        GgmlRuntime.Open(
            model, new GgmlRuntimeOptions { Device = Name, FlashAttention = flashAttention, FactorType = factorType });
}
