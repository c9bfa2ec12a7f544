//! Prints the layout of every struct of the interface, for a comparison with the C headers:
//! name, size, and the place of each member.

use tenon::raw::*;

macro_rules! layout {
    ($($type:ident { $($member:ident),* })*) => {$({
        let room = std::mem::MaybeUninit::<$type>::uninit();
        let base = room.as_ptr();
        print!("{} {}", stringify!($type), std::mem::size_of::<$type>());
        $(
            // SAFETY: only addresses are taken.
            let at = unsafe { std::ptr::addr_of!((*base).$member) } as usize - base as usize;
            print!(" {}={}", stringify!($member), at);
        )*
        println!();
    })*};
}

fn main() {
    layout! {
        tn_str { data, size }
        tn_bytes { data, size }
        tn_sink { struct_size, reserved, ctx, write }
        tn_platform { struct_size, abi_major, abi_minor, arch, libc, pointer_bits, reserved, vendor }
        tn_error_sink { struct_size, reserved, ctx, set }
        tn_call {
            struct_size, flags, deadline_ns, cancelled, error, principal, call_id, request_id,
            idempotency_key, trace_id, span_id, trace_flags, reserved
        }
        tn_host { struct_size, abi_major, abi_minor, ctx, version, instance, query }
        tn_plugin { struct_size, reserved, create, start, probe, stop, destroy }
        tn_entry { struct_size, magic, platform, init, deinit, query }
        tn_log_field { name, value }
        tn_host_log { struct_size, reserved, level, write }
        tn_host_config { struct_size, reserved, get, data_folder, resolve_path }
        tn_plugin_message { struct_size, reserved, call }
        tn_selector { struct_size, reserved, interface_id, range, instance, labels }
        tn_host_message { struct_size, reserved, providers, resolve, call, release }
        tn_http_field { name, value }
        tn_http_request {
            struct_size, param_count, header_count, reserved, method, path, query, remote_address,
            content_length, params, headers
        }
        tn_http_exchange { struct_size, reserved, ctx, read, respond, begin, write, finish }
        tn_plugin_http { struct_size, reserved, handle }
    }
}
