using System.Runtime.CompilerServices;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Native.Library;

namespace MultiagentFT.LLamaSharp.Tests;

/// <summary>Models of tests are quantized by ggml before a runtime is opened, so the runtime is chosen before both.</summary>
internal static class TestRuntime
{
    [ModuleInitializer]
    internal static void Choose() => ProcessRuntime.Use(RuntimeKind.Llamasharp);
}
