using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Native.Interop;
using MultiagentFT.Native.Library;

namespace MultiagentFT.Native.Ggml;

/// <summary>The CPU as ggml sees it: where weights may lie, and how it multiplies them fastest.</summary>
internal sealed unsafe class CpuDevice
{
    /// <summary>Offset of ggml_tensor.buffer.</summary>
    private const int BufferOffset = 8;

    /// <summary>Versions that graphs of this project are tested on: llama.cpp v0.5.0's and that of LLamaSharp 0.30.0.</summary>
    private static readonly string[] KnownVersions = ["0.25.1", "0.18.0"];

    private static readonly Lazy<CpuDevice> Found = new(Find);
    private readonly nint _registry;

    private CpuDevice(nint handle)
    {
        Handle = handle;
        _registry = GgmlMethods.DeviceRegistry(handle);
        Memory = GgmlMethods.DeviceBufferType(handle);
        var types = new List<nint>();
        var extra = (delegate* unmanaged[Cdecl]<nint, nint*>)Function("ggml_backend_dev_get_extra_bufts");
        for (var next = extra(handle); next is not null && *next != 0; next++) types.Add(*next);
        RepackedMemory = types;
    }

    /// <exception cref="InputException">The libraries are of an unknown version, or have no CPU backend or not the expected one.</exception>
    public static CpuDevice Instance => Found.Value;

    /// <summary>The ggml_backend_dev.</summary>
    public nint Handle { get; }

    /// <summary>Buffer type of plain memory.</summary>
    public nint Memory { get; }

    /// <summary>Buffer types that store weights in the order in which this CPU multiplies them fastest, best first.</summary>
    public IReadOnlyList<nint> RepackedMemory { get; }

    /// <exception cref="InputException">The backend does not export it.</exception>
    public nint Function(string name)
    {
        var address = GgmlMethods.RegistryFunction(_registry, name);
        return address != 0
            ? address
            : throw new InputException(GgmlLibrary.Instance.Folder, name, "a function of ggml's CPU backend", "none of this name");
    }

    /// <summary>The best place for a matrix that rows are multiplied with.</summary>
    /// <param name="weights">Described, not placed.</param>
    /// <param name="inputs">Its row length.</param>
    /// <returns>A buffer type.</returns>
    public nint BestMemory(nint weights, int inputs)
    {
        using var scratch = new TensorContext(tensors: 2, nodes: 0);
        var product = scratch.Multiply(weights, scratch.Matrix((int)TensorType.F32, inputs, 64));
        var buffer = (nint*)(weights + BufferOffset);
        foreach (var type in RepackedMemory)
        {
            // ggml asks the buffer that a matrix lies in whether it can be multiplied there; an empty one answers too.
            using var probe = new DeviceBuffer(type, 0);
            *buffer = probe.DangerousGetHandle();
            var supported = GgmlMethods.SupportsOperation(Handle, product) != 0;
            *buffer = 0;
            if (supported) return type;
        }
        return Memory;
    }

    /// <summary>The error for a version of ggml that no test has seen, or null.</summary>
    internal static InputException? CheckVersion(string folder, string version) =>
        Array.Exists(KnownVersions, known => version == known || version.StartsWith(known + "-", StringComparison.Ordinal))
            ? null
            : new InputException(
                folder, "ggml", $"a version that the mixed-adapter decoder is tested with ({string.Join(" or ", KnownVersions)})",
                $"{version}: use --decoder llama, or set {LlamaFolder.Variable} to a build of llama.cpp v{LlamaLibrary.PinnedVersion}");

    private static CpuDevice Find()
    {
        var library = GgmlLibrary.Instance;
        if (CheckVersion(library.Folder, library.Version) is { } wrongVersion) throw wrongVersion;
        var index = library.Devices.ToList().FindIndex(device => device.Kind == DeviceKind.Cpu);
        if (index < 0) throw new InputException(library.Folder, null, "a CPU backend", "none");
        CheckTensorLayout(library.Folder);
        return new CpuDevice(GgmlMethods.Device((nuint)index));
    }

    /// <summary>The only field of ggml_tensor that is touched from here lies between two that can be checked.</summary>
    private static void CheckTensorLayout(string folder)
    {
        using var context = new TensorContext(tensors: 1, nodes: 0);
        var tensor = context.Matrix((int)TensorType.F16, 96, 7);
        if (*(int*)tensor == (int)TensorType.F16 && *(nint*)(tensor + BufferOffset) == 0 && *(long*)(tensor + 16) == 96 && *(long*)(tensor + 24) == 7)
            return;
        throw new InputException(folder, "ggml_tensor", "the layout that the mixed-adapter decoder knows", "another one");
    }
}
