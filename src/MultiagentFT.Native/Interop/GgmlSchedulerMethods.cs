using System.Runtime.InteropServices;

namespace MultiagentFT.Native.Interop;

/// <summary>The functions of ggml-backend.h that place tensors on any device and run graphs over several.</summary>
internal static unsafe partial class GgmlSchedulerMethods
{
    private const string Library = GgmlMethods.BaseLibrary;

    /// <returns>0 when the device has none.</returns>
    [LibraryImport(Library, EntryPoint = "ggml_backend_dev_host_buffer_type")]
    public static partial nint HostBufferType(nint device);

    [LibraryImport(Library, EntryPoint = "ggml_backend_buft_get_max_size")]
    public static partial nuint MostBytes(nint bufferType);

    [LibraryImport(Library, EntryPoint = "ggml_backend_buffer_set_usage")]
    public static partial void SetUsage(nint buffer, int usage);

    [LibraryImport(Library, EntryPoint = "ggml_backend_buffer_clear")]
    public static partial void Clear(nint buffer, byte value);

    [LibraryImport(Library, EntryPoint = "ggml_backend_view_init")]
    public static partial int PlaceView(nint view);

    [LibraryImport(Library, EntryPoint = "ggml_backend_tensor_get")]
    public static partial void GetTensor(nint tensor, void* data, nuint offset, nuint bytes);

    [LibraryImport(Library, EntryPoint = "ggml_backend_tensor_copy")]
    public static partial void CopyTensor(nint source, nint destination);

    [LibraryImport(Library, EntryPoint = "ggml_backend_sched_new")]
    public static partial nint NewScheduler(
        nint* backends, nint* bufferTypes, int count, nuint graphSize, byte parallel, byte offload);

    [LibraryImport(Library, EntryPoint = "ggml_backend_sched_free")]
    public static partial void FreeScheduler(nint scheduler);

    [LibraryImport(Library, EntryPoint = "ggml_backend_sched_reset")]
    public static partial void Reset(nint scheduler);

    /// <returns>0 when a device has too little memory.</returns>
    [LibraryImport(Library, EntryPoint = "ggml_backend_sched_alloc_graph")]
    public static partial byte Allocate(nint scheduler, nint graph);

    /// <returns>0, or a ggml_status that is not success.</returns>
    [LibraryImport(Library, EntryPoint = "ggml_backend_sched_graph_compute")]
    public static partial int Compute(nint scheduler, nint graph);

    [LibraryImport(Library, EntryPoint = "ggml_backend_sched_get_n_splits")]
    public static partial int SplitCount(nint scheduler);
}
