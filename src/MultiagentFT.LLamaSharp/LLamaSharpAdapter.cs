using System.Runtime.CompilerServices;
using LLama.Native;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.LLamaSharp;

/// <summary>A LoRA adapter over one model. Contexts that use it keep its memory until they choose another.</summary>
internal sealed class LLamaSharpAdapter : SharedResource, IRuntimeAdapter
{
    /// <param name="path">Its file, absolute and checked.</param>
    /// <param name="bytes">Bytes of its factors.</param>
    /// <param name="native">LLamaSharp's adapter, which lies in memory.</param>
    /// <param name="model">The model that it belongs to.</param>
    public LLamaSharpAdapter(string path, long bytes, LoraAdapter native, SharedModel model)
    {
        model.Hold();
        (Path, Bytes, Native, Model) = (path, bytes, native, model);
    }

    public string Path { get; }

    public long Bytes { get; }

    public LoraAdapter Native { get; }

    public SharedModel Model { get; }

    /// <summary>Whether llama.cpp loaded it: LLamaSharp hands out adapters that failed, and would apply a null pointer.</summary>
    public static bool IsLoaded(LoraAdapter adapter) => Pointer(adapter) != 0;

    protected override void Free()
    {
        lock (Model.AdapterGate) Native.Unload();
        Model.Release();
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Pointer")]
    private static extern nint Pointer(LoraAdapter adapter);
}
