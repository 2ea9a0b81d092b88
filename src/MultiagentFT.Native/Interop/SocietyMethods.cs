using System.Runtime.InteropServices;

namespace MultiagentFT.Native.Interop;

/// <summary>The functions of native/society/mft_society.h.</summary>
internal static unsafe partial class SocietyMethods
{
    public const string Library = "mft_society";

    [LibraryImport(Library, EntryPoint = "mft_society_sizes")]
    public static partial void Sizes(int* sizes);

    [LibraryImport(Library, EntryPoint = "mft_society_kernels")]
    public static partial byte* Kernels();

    [LibraryImport(Library, EntryPoint = "mft_society_select", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Select(string? name);
}
