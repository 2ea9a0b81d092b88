using MultiagentFT.Gguf;
using MultiagentFT.Decoder.Device;

namespace MultiagentFT.Decoder.Tests.Device;

/// <summary>The device that these tests run on: the CPU, unless MFT_TEST_DEVICE names another one.</summary>
internal static class TestDevice
{
    public static string Name { get; } = Environment.GetEnvironmentVariable("MFT_TEST_DEVICE") is { Length: > 0 } name ? name : "CPU";

    public static DeviceSocietyRuntime Open(string model, bool? flashAttention = null, TensorType? factorType = null) =>
        DeviceSocietyRuntime.Open(
            model, new DeviceSocietyOptions { Device = Name, FlashAttention = flashAttention, FactorType = factorType });
}
