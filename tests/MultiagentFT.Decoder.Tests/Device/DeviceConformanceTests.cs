using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native.Tests.Conformance;
using MultiagentFT.Decoder.Device;

namespace MultiagentFT.Decoder.Tests.Device;

public sealed class DeviceContextTests : ContextConformance
{
    protected override IModelRuntime Open(string modelPath) => TestDevice.Open(modelPath);
}

public sealed class DeviceFlashAttentionContextTests : ContextConformance
{
    protected override IModelRuntime Open(string modelPath) => TestDevice.Open(modelPath, flashAttention: true);
}

public sealed class DeviceAdapterTests : AdapterConformance
{
    protected override IModelRuntime Open(string modelPath) => TestDevice.Open(modelPath);
}

public sealed class DeviceTokenizerTests : TokenizerConformance
{
    protected override IModelRuntime Open(string modelPath) => DeviceSocietyRuntime.Open(modelPath);
}
