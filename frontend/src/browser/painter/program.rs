//! A program of the graphics card, and where its inputs are.

use wasm_bindgen::JsValue;
use web_sys::{WebGl2RenderingContext as Gl, WebGlProgram, WebGlUniformLocation};

use super::PainterError;

/// One triangle that covers all that is drawn on.
const VERTEX: &str = "#version 300 es
void main() {
  vec2 corner = vec2(float((gl_VertexID << 1) & 2), float(gl_VertexID & 2));
  gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}";

/// A program whose inputs are these uniforms.
pub(super) struct Program {
    handle: WebGlProgram,
    places: Vec<(&'static str, Option<WebGlUniformLocation>)>,
}

impl Program {
    /// Compiles and links it.
    pub(super) fn new(gl: &Gl, fragment: &str, uniforms: &[&'static str]) -> Result<Self, PainterError> {
        let handle = link(gl, fragment)?;
        let places = uniforms
            .iter()
            .map(|name| (*name, gl.get_uniform_location(&handle, name)))
            .collect();
        Ok(Self { handle, places })
    }

    /// What is drawn from now on is drawn with it.
    pub(super) fn take(&self, gl: &Gl) {
        gl.use_program(Some(&self.handle));
    }

    /// Where an input is; none that there is not, which may be set and has no effect.
    pub(super) fn at(&self, name: &str) -> Option<&WebGlUniformLocation> {
        let place = self.places.iter().find(|(known, _)| *known == name);
        place.and_then(|(_, place)| place.as_ref())
    }
}

fn link(gl: &Gl, fragment: &str) -> Result<WebGlProgram, PainterError> {
    let no = |what: &str| PainterError::Refused(what.to_owned());
    let program = gl.create_program().ok_or_else(|| no("no program"))?;
    for (kind, source) in [(Gl::VERTEX_SHADER, VERTEX), (Gl::FRAGMENT_SHADER, fragment)] {
        let shader = gl.create_shader(kind).ok_or_else(|| no("no shader"))?;
        gl.shader_source(&shader, source);
        gl.compile_shader(&shader);
        if gl.get_shader_parameter(&shader, Gl::COMPILE_STATUS) != JsValue::TRUE {
            return Err(PainterError::Refused(
                gl.get_shader_info_log(&shader).unwrap_or_default(),
            ));
        }
        gl.attach_shader(&program, &shader);
    }
    gl.link_program(&program);
    if gl.get_program_parameter(&program, Gl::LINK_STATUS) != JsValue::TRUE {
        return Err(PainterError::Refused(
            gl.get_program_info_log(&program).unwrap_or_default(),
        ));
    }
    Ok(program)
}
