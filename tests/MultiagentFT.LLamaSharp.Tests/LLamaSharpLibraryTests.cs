using System.Runtime.InteropServices;
using LLama.Native;
using MultiagentFT.Foundation;
using MultiagentFT.Native.Interop;
using MultiagentFT.Native.Library;

namespace MultiagentFT.LLamaSharp.Tests;

public sealed unsafe class LLamaSharpLibraryTests
{
    [Fact]
    public void LLamaSharpRunsOnTheGgmlOfThisBuild()
    {
        var library = LLamaSharpLibrary.Instance;
        Assert.Same(GgmlLibrary.Instance, library.Ggml);
        Assert.Single(library.Ggml.Devices, device => device.Kind == DeviceKind.Cpu);
        var (name, devices) = LLamaSharpRuntime.Describe();
        Assert.Contains(LLamaSharpLibrary.Version, name);
        Assert.NotEmpty(devices);
    }

    [Fact]
    public void TheDefaultsOfTheOwnVersionAreTaken() => LLamaSharpLibrary.Check("/folder", Context(), Model());

    [Fact]
    public void AFieldMoreInTheContextsParametersIsNoticed()
    {
        // As llama.cpp v0.5.0 has it: outputs of one sequence, before the threads.
        var error = Assert.Throws<InputException>(() => LLamaSharpLibrary.Check("/folder", Inserted(Context(), 24, [1, 0, 0, 0]), Model()));
        Assert.Contains("llama_context_params", error.Message);
        Assert.Contains("LLamaSharp.Backend.", error.Message);
        Assert.Contains(LlamaFolder.Variable, error.Message);
    }

    [Fact]
    public void AFieldMoreInTheModelsParametersIsNoticed()
    {
        var error = Assert.Throws<InputException>(() => LLamaSharpLibrary.Check("/folder", Context(), Inserted(Model(), 0, new byte[8])));
        Assert.Contains("llama_model_params", error.Message);
    }

    /// <summary>A struct with a field more at an offset.</summary>
    private static ParameterBlock Inserted(ParameterBlock block, int offset, byte[] field)
    {
        var bytes = new Span<byte>(&block, ParameterBlock.Size);
        bytes[offset..^field.Length].CopyTo(bytes[(offset + field.Length)..]);
        field.CopyTo(bytes[offset..]);
        return block;
    }

    private static ParameterBlock Context()
    {
        _ = LLamaSharpLibrary.Instance;
        ParameterBlock block = default;
        *(LLamaContextParams*)&block = LLamaContextParams.Default();
        return block;
    }

    private static ParameterBlock Model()
    {
        _ = LLamaSharpLibrary.Instance;
        ParameterBlock block = default;
        Marshal.StructureToPtr(LLamaModelParams.Default(), (nint)(&block), fDeleteOld: false);
        return block;
    }
}
