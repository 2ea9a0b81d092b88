using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Runtime;
#if LLAMASHARP
using MultiagentFT.LLamaSharp;
#endif
using MultiagentFT.Native;
using MultiagentFT.Native.Library;

namespace MultiagentFT.Runtimes;

/// <summary>Opens models on llama.cpp's own decoder, through the runtime of this process.</summary>
public static class ModelRuntimes
{
    /// <inheritdoc cref="Open(RuntimeKind, string, LlamaRuntimeOptions?)"/>
    public static IModelRuntime Open(string modelPath, LlamaRuntimeOptions? options = null) => Open(RuntimeKind.Auto, modelPath, options);

    /// <summary>Checks a file in managed code, then loads it.</summary>
    /// <exception cref="InputException">
    /// The file is not a sound GGUF model that generates text, llama.cpp refuses it, an option is out of range, the runtime is not
    /// that of this process, or its native libraries cannot be used.
    /// </exception>
    public static IModelRuntime Open(RuntimeKind runtime, string modelPath, LlamaRuntimeOptions? options = null) => ProcessRuntime.Use(runtime) switch
    {
#if LLAMASHARP
        RuntimeKind.Llamasharp => LLamaSharpRuntime.Open(modelPath, options),
#endif
        _ => LlamaRuntime.Open(modelPath, options),
    };

    /// <summary>The runtime of this process, for <c>mft --version</c>: its library and the devices.</summary>
    /// <exception cref="InputException">It cannot be used.</exception>
    public static (string Name, IReadOnlyList<DeviceDescription> Devices) Describe() => ProcessRuntime.Use(RuntimeKind.Auto) switch
    {
#if LLAMASHARP
        RuntimeKind.Llamasharp => LLamaSharpRuntime.Describe(),
#endif
        _ => LlamaRuntime.Describe(),
    };
}
