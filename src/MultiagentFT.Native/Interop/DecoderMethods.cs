using System.Runtime.InteropServices;

namespace MultiagentFT.Native.Interop;

/// <summary>The functions of native/decoder/mft_decoder.h.</summary>
internal static unsafe partial class DecoderMethods
{
    public const string Library = "mft_decoder";

    [LibraryImport(Library, EntryPoint = "mft_decoder_sizes")]
    public static partial void Sizes(int* sizes);

    [LibraryImport(Library, EntryPoint = "mft_decoder_kernels")]
    public static partial byte* Kernels();

    [LibraryImport(Library, EntryPoint = "mft_prefer_large_pages")]
    public static partial void PreferLargePages(byte* start, long bytes);

    [LibraryImport(Library, EntryPoint = "mft_report_lost_mappings", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void ReportLostMappings(string message, int exitCode);

    [LibraryImport(Library, EntryPoint = "mft_pool_create")]
    public static partial nint CreatePool(int threads);

    [LibraryImport(Library, EntryPoint = "mft_pool_run")]
    public static partial void RunPool(nint pool, DecoderTask* tasks, int count);

    [LibraryImport(Library, EntryPoint = "mft_pool_free")]
    public static partial void FreePool(nint pool);

    [LibraryImport(Library, EntryPoint = "mft_multiplies")]
    public static partial int Multiplies(int format);

    [LibraryImport(Library, EntryPoint = "mft_panel_bytes")]
    public static partial long PanelBytes(int format, int inputs);

    [LibraryImport(Library, EntryPoint = "mft_pack")]
    public static partial void Pack(int format, int inputs, int outputs, int first, int last, byte* rows, byte* panels);

    [LibraryImport(Library, EntryPoint = "mft_decoder_select", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Select(string? name);
}
